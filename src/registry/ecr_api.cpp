#include "registry/ecr_api.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/base64.hpp"
#include "registry/foreign_words.hpp"
#include "registry/json.hpp"
#include "registry/refusal.hpp"

namespace gate::registry {

namespace {

constexpr int k_tries = 5; // a whole fleet of builds is throttled together
constexpr const char* k_content_type = "application/x-amz-json-1.1";
constexpr const char* k_session_variable = "AWS_SESSION_TOKEN";
constexpr const char* k_keys_variable = "AWS_ACCESS_KEY_ID";

struct Named {
  std::string_view type;
  EcrTrouble trouble;
};

constexpr std::array<Named, 22> k_troubles{{
    {"ThrottlingException", EcrTrouble::busy},
    {"Throttling", EcrTrouble::busy},
    {"ThrottledException", EcrTrouble::busy},
    {"TooManyRequestsException", EcrTrouble::busy},
    {"RequestLimitExceeded", EcrTrouble::busy},
    {"ServerException", EcrTrouble::busy},
    {"InternalFailure", EcrTrouble::busy},
    {"ServiceUnavailableException", EcrTrouble::busy},
    {"UnrecognizedClientException", EcrTrouble::wrong_keys},
    {"InvalidSignatureException", EcrTrouble::wrong_keys},
    {"InvalidClientTokenId", EcrTrouble::wrong_keys},
    {"SignatureDoesNotMatch", EcrTrouble::wrong_keys},
    {"IncompleteSignatureException", EcrTrouble::wrong_keys},
    {"RequestTimeTooSkewed", EcrTrouble::wrong_clock},
    {"RequestExpired", EcrTrouble::wrong_clock},
    {"AccessDeniedException", EcrTrouble::not_allowed},
    {"AccessDenied", EcrTrouble::not_allowed},
    {"UnauthorizedOperation", EcrTrouble::not_allowed},
    {"ExpiredTokenException", EcrTrouble::old_session},
    {"ExpiredToken", EcrTrouble::old_session},
    {"RepositoryNotFoundException", EcrTrouble::no_repository},
    {"RepositoryAlreadyExistsException", EcrTrouble::repository_exists},
}};

// An old signature comes as a wrong one, and only the words tell.
bool is_about_time(std::string_view body) {
  const std::string words = server_words(body);
  return words.rfind("Signature expired", 0) == 0 || words.rfind("Signature not yet", 0) == 0;
}

// What HTTP itself calls passing, the client has tried again already.
bool client_tried_again(long status) {
  return status == 429 || status == 500 || (status >= 502 && status <= 504);
}

} // namespace

EcrTrouble ecr_trouble(long status, std::string_view body) {
  const Json json = parse_json(body);
  std::string type = text_of(member(json, "__type"));
  type = type.substr(type.find('#') + 1); // may have a namespace before it
  const auto* const found =
      std::find_if(k_troubles.begin(), k_troubles.end(), [&](const Named& named) { return named.type == type; });
  if (found != k_troubles.end()) {
    return found->trouble == EcrTrouble::wrong_keys && is_about_time(body) ? EcrTrouble::wrong_clock
                                                                           : found->trouble;
  }
  return status == 429 || status >= 500 ? EcrTrouble::busy : EcrTrouble::other;
}

Result<std::optional<EcrApi>> EcrApi::open(HttpClient& client, EcrService service, const Environment& env,
                                           const Interrupt& interrupt) {
  Result<std::optional<AwsCredentials>> credentials =
      aws_credentials({env, interrupt, client, service.region, service.suffix});
  if (!credentials) {
    return Failure(credentials.error());
  }
  if (!*credentials) {
    return std::optional<EcrApi>();
  }
  Result<Url> endpoint = aws_endpoint(env, service.variable, service.host);
  if (!endpoint) {
    return Failure(endpoint.error());
  }
  return std::optional<EcrApi>(std::in_place, client, std::move(service), std::move(*endpoint),
                               std::move(**credentials));
}

EcrApi::EcrApi(HttpClient& client, EcrService service, Url endpoint, AwsCredentials credentials)
    : m_client(&client), m_service(std::move(service)), m_endpoint(std::move(endpoint)),
      m_credentials(std::move(credentials)) {
  m_client->unsaid().add(m_credentials.keys.secret.reveal());
  m_client->unsaid().add(m_credentials.keys.session_token.reveal());
}

std::string EcrApi::where() const {
  return m_service.title + " at " + m_endpoint.origin.authority();
}

tl::expected<HttpAnswer, HttpFailure> EcrApi::send_signed(const std::string& operation,
                                                          const std::string& body) {
  const std::string target = m_service.target_prefix + "." + operation;
  const AwsKeys& keys = m_credentials.keys;
  const SigningRequest request{"POST",
                               m_endpoint.origin.authority(),
                               m_endpoint.target,
                               {{"Content-Type", k_content_type}, {"X-Amz-Target", target}},
                               body,
                               m_service.region,
                               m_service.signing_name,
                               std::chrono::system_clock::now() + m_clock_skew};
  Signature signature = sign(request, keys);
  HttpCall call{"POST", m_endpoint.origin,         Secret(std::string(m_endpoint.target)),
                {},     Secret(std::string(body)), true,
                true};
  call.headers.push_back({"Content-Type", Secret(k_content_type)});
  call.headers.push_back({"X-Amz-Target", Secret(std::string(target))});
  call.headers.push_back({"X-Amz-Date", Secret(std::move(signature.amz_date))});
  if (!keys.session_token.empty()) {
    call.headers.push_back({"X-Amz-Security-Token", Secret(std::string(keys.session_token.reveal()))});
  }
  // For as long as the clock allows, whoever has it may ask the same.
  const std::string& authorization = signature.authorization.reveal();
  m_client->unsaid().add(std::string_view(authorization).substr(authorization.rfind('=') + 1));
  call.headers.push_back({"Authorization", std::move(signature.authorization)});
  return m_client->send(call);
}

Result<EcrApi::Reply> EcrApi::call(const std::string& operation, const std::string& body) {
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
    // Throttling is a 400 here.
    if (trouble == EcrTrouble::busy && !client_tried_again(answer->status) && attempt < k_tries) {
      if (Result<void> paused = m_client->pause(retry_delay(answer->header("retry-after"), attempt));
          !paused) {
        return Failure(paused.error());
      }
      continue;
    }
    return Reply{answer->status, Secret(std::move(answer->body))};
  }
}

Failure EcrApi::failure_of(const std::string& operation, const Reply& reply) const {
  const std::string words = said(m_client->unsaid().redacted(server_words(reply.body.reveal())));
  const std::string permission = m_service.signing_name + ":" + operation;
  const std::string& origin = m_credentials.origin;
  const bool is_session = origin == k_keys_variable && !m_credentials.keys.session_token.empty();
  switch (ecr_trouble(reply.status, reply.body.reveal())) {
  case EcrTrouble::wrong_keys:
    return could_not_run(where() + " does not take the keys of " + origin + words, m_credentials.remedy);
  case EcrTrouble::old_session:
    return could_not_run(where() + " says that " +
                             (is_session ? std::string(k_session_variable) + " has expired"
                                         : "the keys of " + origin + " have expired") +
                             words,
                         m_credentials.remedy);
  case EcrTrouble::not_allowed:
    return could_not_run(where() + " does not allow these keys " + permission + " (they are those of " +
                             origin + ")" + words,
                         "let their user or role have " + permission);
  case EcrTrouble::wrong_clock:
    return could_not_run(where() + " says that this machine's clock is wrong" + words,
                         "timedatectl set-ntp true");
  case EcrTrouble::busy:
    return could_not_run(where() + " is too busy (" + std::to_string(reply.status) + ")" + words,
                         "try again in a minute");
  default:
    return could_not_run(where() + " refuses " + operation + " (" + std::to_string(reply.status) + ")" +
                         words);
  }
}

Result<RegistryLogin> EcrApi::decoded(const Secret& token) const {
  auto bytes = from_base64(token.reveal());
  const Secret pair(bytes ? *std::move(bytes) : std::string());
  const std::size_t colon = pair.reveal().find(':');
  if (colon == std::string::npos || colon == 0) {
    return could_not_run(where() + " gives an answer without a login in it",
                         "check AWS_ENDPOINT_URL_" + m_service.variable + ", AWS_ENDPOINT_URL and the proxy");
  }
  return RegistryLogin{pair.reveal().substr(0, colon), Secret(pair.reveal().substr(colon + 1))};
}

} // namespace gate::registry
