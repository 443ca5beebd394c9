#include "registry/ecr.hpp"

#include <array>
#include <utility>

#include "registry/base64.hpp"
#include "registry/foreign_words.hpp"
#include "registry/json.hpp"
#include "registry/refusal.hpp"

namespace gate::registry {

namespace {

constexpr int k_tries = 3;
constexpr const char* k_target_prefix = "AmazonEC2ContainerRegistry_V20150921.";
constexpr const char* k_content_type = "application/x-amz-json-1.1";

std::string variable(const Environment& env, std::string_view name) {
  return value_of(env, name).value_or("");
}

template <std::size_t N>
bool is_one_of(const std::string& text, const std::array<std::string_view, N>& names) {
  for (const std::string_view name : names) {
    if (text == name) {
      return true;
    }
  }
  return false;
}

constexpr std::array<std::string_view, 6> k_busy{"ThrottlingException",      "Throttling",
                                                 "TooManyRequestsException", "RequestLimitExceeded",
                                                 "ServerException",          "ServiceUnavailableException"};
constexpr std::array<std::string_view, 5> k_wrong_keys{
    "UnrecognizedClientException", "InvalidSignatureException", "InvalidClientTokenId",
    "SignatureDoesNotMatch", "IncompleteSignatureException"};
constexpr std::array<std::string_view, 2> k_wrong_clock{"RequestTimeTooSkewed", "RequestExpired"};
constexpr std::array<std::string_view, 3> k_not_allowed{"AccessDeniedException", "AccessDenied",
                                                        "UnauthorizedOperation"};
constexpr std::array<std::string_view, 2> k_old_session{"ExpiredTokenException", "ExpiredToken"};

} // namespace

Result<std::optional<AwsKeys>> aws_keys(const Environment& env) {
  AwsKeys keys{variable(env, "AWS_ACCESS_KEY_ID"), Secret(variable(env, "AWS_SECRET_ACCESS_KEY")),
               Secret(variable(env, "AWS_SESSION_TOKEN"))};
  if (keys.id.empty() && keys.secret.empty()) {
    return std::optional<AwsKeys>();
  }
  if (keys.id.empty() || keys.secret.empty()) {
    return could_not_run("of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set",
                         k_aws_keys_command);
  }
  const auto bad = [](const std::string& text) { return text.find_first_of(" \t\r\n") != std::string::npos; };
  if (bad(keys.id) || bad(keys.secret.reveal()) || bad(keys.session_token.reveal())) {
    return could_not_run(
        "one of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN has blanks in it",
        k_aws_keys_command);
  }
  return std::optional<AwsKeys>(std::move(keys));
}

Result<Url> ecr_endpoint(const EcrHost& host, const Environment& env) {
  if (variable(env, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") != "true") {
    for (const char* const name : {"AWS_ENDPOINT_URL_ECR", "AWS_ENDPOINT_URL"}) {
      const std::string value = variable(env, name);
      if (value.empty()) {
        continue;
      }
      std::optional<Url> url = Url::parse(value);
      if (!url || url->target.find('?') != std::string::npos) {
        return could_not_run(std::string(name) + " is no http or https address",
                             std::string("unset ") + name);
      }
      return std::move(*url);
    }
  }
  return Url{{"https", host.api_host(), 443}, "/"};
}

EcrTrouble ecr_trouble(long status, std::string_view body) {
  const Json json = parse_json(body);
  std::string type = text_of(member(json, "__type"));
  type = type.substr(type.find('#') + 1); // may have a namespace before it
  const std::string words = server_words(body);
  const bool about_time =
      words.rfind("Signature expired", 0) == 0 || words.rfind("Signature not yet", 0) == 0;
  if (is_one_of(type, k_wrong_clock) || (is_one_of(type, k_wrong_keys) && about_time)) {
    return EcrTrouble::wrong_clock;
  }
  if (is_one_of(type, k_wrong_keys)) {
    return EcrTrouble::wrong_keys;
  }
  if (is_one_of(type, k_old_session)) {
    return EcrTrouble::old_session;
  }
  if (is_one_of(type, k_not_allowed)) {
    return EcrTrouble::not_allowed;
  }
  if (type == "RepositoryNotFoundException") {
    return EcrTrouble::no_repository;
  }
  return is_one_of(type, k_busy) || status == 429 || status >= 500 ? EcrTrouble::busy : EcrTrouble::other;
}

Ecr::Ecr(HttpClient& client, EcrHost host, Url endpoint, AwsKeys keys)
    : m_client(client), m_host(std::move(host)), m_endpoint(std::move(endpoint)), m_keys(std::move(keys)) {
  m_client.unsaid().add(m_keys.secret.reveal());
  m_client.unsaid().add(m_keys.session_token.reveal());
}

tl::expected<HttpAnswer, HttpFailure> Ecr::send_signed(const std::string& operation,
                                                       const std::string& body) {
  const std::string target = k_target_prefix + operation;
  const SigningRequest request{"POST",
                               m_endpoint.origin.authority(),
                               m_endpoint.target,
                               {{"Content-Type", k_content_type}, {"X-Amz-Target", target}},
                               body,
                               m_host.region,
                               "ecr",
                               std::chrono::system_clock::now() + m_clock_skew};
  Signature signature = sign(request, m_keys);
  HttpCall call{"POST", m_endpoint.origin,         Secret(std::string(m_endpoint.target)),
                {},     Secret(std::string(body)), true,
                true};
  call.headers.push_back({"Content-Type", Secret(k_content_type)});
  call.headers.push_back({"X-Amz-Target", Secret(std::string(target))});
  call.headers.push_back({"X-Amz-Date", Secret(std::move(signature.amz_date))});
  if (!m_keys.session_token.empty()) {
    call.headers.push_back({"X-Amz-Security-Token", Secret(std::string(m_keys.session_token.reveal()))});
  }
  // For as long as the clock allows, whoever has it may ask the same.
  const std::string& authorization = signature.authorization.reveal();
  m_client.unsaid().add(std::string_view(authorization).substr(authorization.rfind('=') + 1));
  call.headers.push_back({"Authorization", std::move(signature.authorization)});
  return m_client.send(call);
}

Result<Ecr::Reply> Ecr::call(const std::string& operation, const std::string& body) {
  bool clock_was_set = false;
  for (int attempt = 1;; ++attempt) {
    tl::expected<HttpAnswer, HttpFailure> answer = send_signed(operation, body);
    if (!answer) {
      return Failure(answer.error().error);
    }
    const EcrTrouble trouble = answer->ok() ? EcrTrouble::other : ecr_trouble(answer->status, answer->body);
    // Its clock is the one that counts.
    if (trouble == EcrTrouble::wrong_clock && !clock_was_set && answer->date()) {
      m_clock_skew = *answer->date() - std::chrono::system_clock::now();
      clock_was_set = true;
      continue;
    }
    // Throttling is a 400 here. What HTTP itself calls busy, the client has tried again already.
    if (trouble == EcrTrouble::busy && answer->status < 429 && attempt < k_tries) {
      if (Result<void> paused = m_client.pause(retry_delay(answer->header("retry-after"), attempt));
          !paused) {
        return Failure(paused.error());
      }
      continue;
    }
    return Reply{answer->status, Secret(std::move(answer->body))};
  }
}

Failure Ecr::failure_of(const std::string& operation, const Reply& reply) const {
  const std::string where = "AWS ECR at " + m_endpoint.origin.authority();
  const std::string words = said(m_client.unsaid().redacted(server_words(reply.body.reveal())));
  switch (ecr_trouble(reply.status, reply.body.reveal())) {
  case EcrTrouble::wrong_keys:
    return could_not_run(where + " does not take the keys of AWS_ACCESS_KEY_ID" + words, k_aws_keys_command);
  case EcrTrouble::old_session:
    return could_not_run(where + " says that AWS_SESSION_TOKEN has expired" + words, k_aws_keys_command);
  case EcrTrouble::not_allowed:
    return could_not_run(where + " does not allow these keys ecr:" + operation + words,
                         "let the user or role have ecr:" + operation);
  case EcrTrouble::wrong_clock:
    return could_not_run(where + " says that this machine's clock is wrong" + words,
                         "timedatectl set-ntp true");
  case EcrTrouble::busy:
    return could_not_run(where + " is too busy (" + std::to_string(reply.status) + ")" + words,
                         "try again in a minute");
  default:
    return could_not_run(where + " refuses " + operation + " (" + std::to_string(reply.status) + ")" + words);
  }
}

Result<RegistryLogin> Ecr::login() {
  const std::string operation = "GetAuthorizationToken";
  const Result<Reply> reply = call(operation, "{}");
  if (!reply) {
    return Failure(reply.error());
  }
  if (reply->status != 200) {
    return failure_of(operation, *reply);
  }
  const SecretJson json(reply->body.reveal());
  const Json& data = element(member(json.get(), "authorizationData"), 0);
  const Secret encoded(text_of(member(data, "authorizationToken")));
  const std::optional<Secret> decoded = from_base64(encoded.reveal());
  const std::size_t colon = decoded ? decoded->reveal().find(':') : std::string::npos;
  if (colon == std::string::npos || colon == 0) {
    return could_not_run("AWS ECR at " + m_endpoint.origin.authority() +
                             " gives an answer without a login in it",
                         "check AWS_ENDPOINT_URL_ECR, AWS_ENDPOINT_URL and the proxy");
  }
  return RegistryLogin{decoded->reveal().substr(0, colon), Secret(decoded->reveal().substr(colon + 1))};
}

Result<void> Ecr::check_exists(const std::string& repository) {
  const std::string operation = "DescribeRepositories";
  const Json question{{"registryId", m_host.account}, {"repositoryNames", Json::array({repository})}};
  const Result<Reply> reply = call(operation, question.dump());
  if (!reply) {
    return Failure(reply.error());
  }
  if (reply->status == 200) {
    return {};
  }
  const EcrTrouble trouble = ecr_trouble(reply->status, reply->body.reveal());
  if (trouble == EcrTrouble::not_allowed) {
    return {};
  }
  if (trouble == EcrTrouble::no_repository) {
    return could_not_run("AWS ECR has no repository " + repository + " in account " + m_host.account +
                             ", region " + m_host.region,
                         "aws ecr create-repository --repository-name " + repository + " --region " +
                             m_host.region);
  }
  return failure_of(operation, *reply);
}

} // namespace gate::registry
