#include "cli/child_environment.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/trigger_url.hpp"

namespace gate {

namespace {

// Without them git is another, or none.
bool is_gits(std::string_view name) { return name == "PATH" || name == "HOME" || name.substr(0, 4) == "GIT_"; }

bool is_secret(std::string_view variable) {
  constexpr std::array<std::string_view, 12> k_names{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
                                                     "AWS_SECURITY_TOKEN", // the session token by its old name
                                                     "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                                                     // CI's identity tokens (registry/ci_identity.cpp): whoever has one has AWS's keys
                                                     "AWS_WEB_IDENTITY_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "CIRCLE_OIDC_TOKEN",
                                                     "CIRCLE_OIDC_TOKEN_V2", "GITLAB_OIDC_TOKEN",
                                                     "GATE_SIGNING_KEY", // where the key lies that vouches for tests
                                                     "GATE_SKIP"}; // a bypass is of one push, and not of those that its children make
  const auto name = variable.substr(0, variable.find('='));
  if (is_gits(name)) {
    return false;
  }
  // Which variable holds a trigger's URL, only the policy says; the URL itself says what it is, in both generations.
  return std::find(k_names.begin(), k_names.end(), name) != k_names.end() || !trigger_urls(variable.substr(name.size())).empty();
}

} // namespace

Environment child_environment(const Environment& env) {
  Environment child;
  child.reserve(env.size());
  std::copy_if(env.begin(), env.end(), std::back_inserter(child), [](const std::string& variable) { return !is_secret(variable); });
  return child;
}

Environment child_environment(const Environment& env, const std::vector<std::string>& secrets) {
  Environment child = child_environment(env);
  child.erase(std::remove_if(child.begin(), child.end(),
                             [&](const std::string& variable) {
                               const auto name = std::string_view(variable).substr(0, variable.find('='));
                               return !is_gits(name) && std::find(secrets.begin(), secrets.end(), name) != secrets.end();
                             }),
              child.end());
  return child;
}

} // namespace gate
