#include "registry/aws_metadata.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.hpp"
#include "registry/aws_answer.hpp"
#include "registry/foreign_words.hpp"
#include "registry/json.hpp"
#include "registry/named_file.hpp"
#include "registry/refusal.hpp"

namespace gate::registry {

namespace {

// Most machines have nobody there, and packets to such an address may just vanish.
constexpr std::chrono::milliseconds k_connect_limit{1000};
// botocore waits for one second for an instance, and for two for a container.
constexpr std::chrono::seconds k_silence_limit{2};
constexpr const char* k_container_origin = "http://169.254.170.2";
constexpr std::array<std::string_view, 3> k_container_hosts{"169.254.170.2", "169.254.170.23",
                                                            "[fd00:ec2::23]"};
constexpr const char* k_instance = "http://169.254.169.254";
constexpr const char* k_instance_ipv6 = "http://[fd00:ec2::254]";
constexpr const char* k_token_ttl_s = "300";
constexpr const char* k_endpoint_variable = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

Environment without_proxies(const Environment& env) {
  Environment result;
  std::copy_if(env.begin(), env.end(), std::back_inserter(result), [](const std::string& entry) {
    const std::string name = lower(entry.substr(0, entry.find('=')));
    return name.size() < 6 || name.substr(name.size() - 6) != "_proxy";
  });
  return result;
}

HttpCall metadata_call(const std::string& method, const Url& url) {
  return {method, url.origin, Secret(std::string(url.target)), {}, {}, true, true, k_connect_limit, k_silence_limit};
}

Failure unanswered(const HttpFailure& failure, const std::string& who) {
  if (failure.error.kind == ErrorKind::interrupted) {
    return Failure(failure.error);
  }
  return could_not_run(who + " did not answer: " + failure.error.message, failure.error.remedy);
}

Result<std::optional<Url>> container_url(const Environment& env) {
  const std::string relative = variable_of(env, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  if (!relative.empty()) {
    // Without the slash it would change the host.
    const std::optional<Url> url =
        relative.front() == '/' ? Url::parse(k_container_origin + relative) : std::nullopt;
    if (!url) {
      return could_not_run("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is no path",
                           "unset AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    }
    return url;
  }
  const std::string full = variable_of(env, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (full.empty()) {
    return std::optional<Url>();
  }
  const std::optional<Url> url = Url::parse(full);
  const auto& hosts = k_container_hosts;
  if (!url || (url->origin.scheme != "https" && !is_loopback(url->origin.host) &&
               std::find(hosts.begin(), hosts.end(), url->origin.host) == hosts.end())) {
    return could_not_run(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of the container's own",
        "unset AWS_CONTAINER_CREDENTIALS_FULL_URI");
  }
  return url;
}

// Read anew each time: whoever runs the container changes it. Empty where there is none.
Result<Secret> container_token(const AwsWorld& world) {
  const Environment& env = world.env;
  std::string name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
  const std::string path = variable_of(env, name);
  std::string text;
  if (!path.empty()) {
    Result<std::optional<std::string>> content = read_named_file(path, &world.interrupt);
    if (!content) {
      return Failure(content.error());
    }
    if (!*content) {
      return could_not_run(name + " names " + path + ", which is not there", "unset " + name);
    }
    text = std::move(**content);
    text.resize(text.find_last_not_of(" \t\r\n") + 1);
  } else {
    name = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    text = variable_of(env, name);
  }
  Secret token(std::move(text));
  const auto fits = [](char c) { return c >= ' ' && c < '\x7f'; }; // "Bearer …" has a blank in it
  if (!std::all_of(token.reveal().begin(), token.reveal().end(), fits)) {
    return could_not_run(name + " gives what can't be in a header", "unset " + name);
  }
  return token;
}

/// One that asks the instance, once it has a token.
class Instance {
public:
  Instance(const AwsWorld& world, Url base)
      : m_client(without_proxies(world.env), world.interrupt, ""), m_base(std::move(base)) {
    m_base.target += m_base.target.back() == '/' ? "" : "/";
  }

  /// PUT latest/api/token. False: it answers, but with none.
  tl::expected<bool, HttpFailure> get_token() {
    HttpCall call = metadata_call("PUT", at("latest/api/token"));
    call.headers.push_back({"x-aws-ec2-metadata-token-ttl-seconds", Secret(k_token_ttl_s)});
    tl::expected<HttpAnswer, HttpFailure> answer = m_client.send(call);
    if (!answer) {
      return tl::unexpected<HttpFailure>(answer.error());
    }
    m_token = Secret(std::move(answer->body));
    m_client.unsaid().add(m_token.reveal());
    return answer->status == 200 && is_visible_ascii(m_token.reveal());
  }

  Result<HttpAnswer> get(const std::string& path) {
    HttpCall call = metadata_call("GET", at(path));
    call.headers.push_back({"x-aws-ec2-metadata-token", Secret(std::string(m_token.reveal()))});
    tl::expected<HttpAnswer, HttpFailure> answer = m_client.send(call);
    if (!answer) {
      return unanswered(answer.error(), "the instance's metadata service");
    }
    return std::move(*answer);
  }

  std::string without_secrets(std::string_view text) { return m_client.unsaid().redacted(text); }

private:
  Url at(const std::string& path) const { return {m_base.origin, m_base.target + path}; }

  HttpClient m_client;
  Url m_base;
  Secret m_token;
};

Result<std::optional<AwsCredentials>> role_of(Instance& instance) {
  const std::string folder = "latest/meta-data/iam/security-credentials/";
  const Result<HttpAnswer> list = instance.get(folder);
  if (!list) {
    return Failure(list.error());
  }
  const std::string role = list->body.substr(0, list->body.find_first_of("\r\n"));
  if (list->status == 404 || (list->status == 200 && role.empty())) {
    return std::optional<AwsCredentials>();
  }
  constexpr const char* k_remedy =
      "give the instance its role anew, or: export AWS_EC2_METADATA_DISABLED=true";
  const bool is_role =
      role.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-") ==
      std::string::npos;
  if (list->status != 200 || !is_role) {
    return could_not_run("the instance's metadata does not say what role it has (" +
                             std::to_string(list->status) + ")",
                         k_remedy);
  }
  Result<HttpAnswer> answer = instance.get(folder + role);
  if (!answer) {
    return Failure(answer.error());
  }
  const Secret body(std::move(answer->body));
  std::optional<AwsCredentials> result = credentials_in_json(body.reveal(), "Token");
  if (answer->status != 200 || !result || result->keys.session_token.empty()) {
    return could_not_run("the instance's metadata has no keys for its role " + role + " (" +
                             std::to_string(answer->status) + ")" +
                             said(instance.without_secrets(server_words(body.reveal()))),
                         k_remedy);
  }
  result->origin = "the instance's role " + role;
  result->remedy = "give the instance's role " + role + " what it needs";
  return result;
}

} // namespace

Result<std::optional<AwsCredentials>> container_credentials(const AwsWorld& world) {
  const Result<std::optional<Url>> url = container_url(world.env);
  if (!url) {
    return Failure(url.error());
  }
  if (!*url) {
    return std::optional<AwsCredentials>();
  }
  Result<Secret> token = container_token(world);
  if (!token) {
    return Failure(token.error());
  }
  HttpCall call = metadata_call("GET", **url);
  call.headers.push_back({"Accept", Secret("application/json")});
  HttpClient direct(without_proxies(world.env), world.interrupt, "");
  const bool is_plain = (*url)->origin.scheme == "http";
  HttpClient& client = is_plain ? direct : world.client;
  client.unsaid().add(token->reveal());
  if (!token->empty()) {
    call.headers.push_back({"Authorization", std::move(*token)});
  }
  tl::expected<HttpAnswer, HttpFailure> answer = client.send(call);
  if (!answer) {
    return unanswered(answer.error(), "the container's metadata service");
  }
  const Secret body(std::move(answer->body));
  std::optional<AwsCredentials> result = credentials_in_json(body.reveal(), "Token");
  if (answer->status != 200 || !result) {
    return could_not_run("the container's credentials at " + (*url)->origin.authority() + " are none (" +
                             std::to_string(answer->status) + ")" +
                             said(client.unsaid().redacted(server_words(body.reveal()))),
                         "see that the container's task or pod has a role, or unset "
                         "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and "
                         "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  }
  result->origin = "the container's role";
  result->remedy = "give the role of the container's task or pod what it needs";
  return result;
}

Result<std::optional<AwsCredentials>> instance_credentials(const AwsWorld& world) {
  if (lower(variable_of(world.env, "AWS_EC2_METADATA_DISABLED")) == "true") {
    return std::optional<AwsCredentials>();
  }
  const std::string named = variable_of(world.env, k_endpoint_variable);
  const bool is_ipv6 = lower(variable_of(world.env, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")) == "ipv6";
  std::optional<Url> base = Url::parse(!named.empty() ? named : is_ipv6 ? k_instance_ipv6 : k_instance);
  if (!base || base->target.find('?') != std::string::npos) {
    return could_not_run(std::string(k_endpoint_variable) + " is no http or https address",
                         std::string("unset ") + k_endpoint_variable);
  }
  Instance instance(world, std::move(*base));
  const tl::expected<bool, HttpFailure> token = instance.get_token();
  if (!token && (!named.empty() || token.error().error.kind == ErrorKind::interrupted)) {
    return unanswered(token.error(), "the instance's metadata service");
  }
  if (!token || !*token) {
    return std::optional<AwsCredentials>();
  }
  return role_of(instance);
}

} // namespace gate::registry
