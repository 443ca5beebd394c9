#include "registry/ci_identity.hpp"

#include <utility>

#include "registry/aws_answer.hpp"
#include "registry/foreign_words.hpp"
#include "registry/json.hpp"
#include "registry/refusal.hpp"

namespace gate::registry {

namespace {

constexpr const char* k_audience = "audience=sts.amazonaws.com";
constexpr const char* k_github_remedy = "give the job `permissions: { id-token: write }`, and run it again";

struct TokenVariable {
  const char* name;
  const char* from;
};

constexpr TokenVariable k_variables[] = {
    {"AWS_WEB_IDENTITY_TOKEN", "the identity token of AWS_WEB_IDENTITY_TOKEN"},
    {"GITLAB_OIDC_TOKEN", "GitLab's identity token (GITLAB_OIDC_TOKEN)"},
    {"CIRCLE_OIDC_TOKEN_V2", "CircleCI's identity token (CIRCLE_OIDC_TOKEN_V2)"},
    {"CIRCLE_OIDC_TOKEN", "CircleCI's identity token (CIRCLE_OIDC_TOKEN)"},
};

Result<std::optional<CiIdentity>> ask_github(const AwsWorld& world, const std::string& address,
                                             const Secret& bearer) {
  std::optional<Url> url = Url::parse(address);
  if (!url || !is_visible_ascii(bearer.reveal())) {
    return could_not_run(
        "ACTIONS_ID_TOKEN_REQUEST_URL is no address, or ACTIONS_ID_TOKEN_REQUEST_TOKEN no token",
        k_github_remedy);
  }
  world.client.unsaid().add(bearer.reveal());
  const bool has_query = url->target.find('?') != std::string::npos;
  HttpCall call{"GET", url->origin, Secret(url->target + (has_query ? "&" : "?") + k_audience), {}, {}, true};
  call.headers.push_back({"Authorization", Secret("bearer " + bearer.reveal())});
  call.headers.push_back({"Accept", Secret("application/json")});
  tl::expected<HttpAnswer, HttpFailure> answer = world.client.send(call);
  if (!answer) {
    return Failure(answer.error().error);
  }
  const std::string where = "GitHub at " + url->origin.authority();
  const Secret body(std::move(answer->body));
  if (answer->status != 200) {
    return could_not_run(where + " gives no identity token (" + std::to_string(answer->status) + ")" +
                             said(world.client.unsaid().redacted(server_words(body.reveal()))),
                         k_github_remedy);
  }
  const SecretJson json(body.reveal());
  Secret token(text_of(member(json.get(), "value")));
  if (!is_visible_ascii(token.reveal())) {
    return could_not_run(where + " gives an answer without an identity token in it", k_github_remedy);
  }
  return std::optional<CiIdentity>(CiIdentity{std::move(token), "GitHub's identity token"});
}

} // namespace

Result<std::optional<CiIdentity>> ci_identity(const AwsWorld& world) {
  const std::string address = variable_of(world.env, "ACTIONS_ID_TOKEN_REQUEST_URL");
  const Secret bearer(variable_of(world.env, "ACTIONS_ID_TOKEN_REQUEST_TOKEN"));
  if (!address.empty() && !bearer.empty()) {
    return ask_github(world, address, bearer);
  }
  for (const TokenVariable& variable : k_variables) {
    Secret token(variable_of(world.env, variable.name));
    if (token.empty()) {
      continue;
    }
    if (!is_visible_ascii(token.reveal())) {
      return could_not_run(std::string(variable.name) + " holds no identity token: there are blanks in it",
                           std::string("unset ") + variable.name);
    }
    return std::optional<CiIdentity>(CiIdentity{std::move(token), variable.from});
  }
  return std::optional<CiIdentity>();
}

std::string ci_identity_remedy(const Environment& env) {
  if (!variable_of(env, "GITHUB_ACTIONS").empty()) {
    return k_github_remedy;
  }
  if (!variable_of(env, "GITLAB_CI").empty()) {
    return "give the job `id_tokens: { AWS_WEB_IDENTITY_TOKEN: { aud: sts.amazonaws.com } }`, and run it "
           "again";
  }
  if (!variable_of(env, "CIRCLECI").empty()) {
    return "give the job a context, so that it has CIRCLE_OIDC_TOKEN_V2, and run it again";
  }
  return "name the file with the token in AWS_WEB_IDENTITY_TOKEN_FILE, or: unset AWS_ROLE_ARN";
}

} // namespace gate::registry
