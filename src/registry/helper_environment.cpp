#include "registry/helper_environment.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>

#include "base/trigger_url.hpp"

namespace gate::registry {

namespace {

constexpr std::array<std::string_view, 16> k_for_helpers{
    "PATH",        "HOME",        "DOCKER_CONFIG", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS",
    "HTTPS_PROXY", "https_proxy", "NO_PROXY",      "no_proxy",        "ALL_PROXY",
    "all_proxy",   "HTTP_PROXY",  "http_proxy",    "TMPDIR",          "SSL_CERT_FILE",
    "SSL_CERT_DIR"};

constexpr std::array<std::string_view, 7> k_not_for_programs{
    "AWS_WEB_IDENTITY_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "CIRCLE_OIDC_TOKEN", "CIRCLE_OIDC_TOKEN_V2", "GITLAB_OIDC_TOKEN", "GATE_SKIP",
    "GATE_SIGNING_KEY"};

} // namespace

Environment helper_environment(const Environment& env) {
  Environment result{"LANG=C.UTF-8"};
  for (const std::string_view name : k_for_helpers) {
    if (const std::optional<std::string> value = value_of(env, name)) {
      result.push_back(std::string(name) + "=" + *value);
    }
  }
  for (const std::string& entry : env) {
    // An identity token that CI put there is for gate: no program of AWS's reads it.
    if (entry.rfind("AWS_", 0) == 0 && entry.rfind("AWS_WEB_IDENTITY_TOKEN=", 0) != 0) {
      result.push_back(entry);
    }
  }
  return result;
}

Environment own_program_environment(const Environment& env) {
  Environment result;
  std::copy_if(env.begin(), env.end(), std::back_inserter(result), [](const std::string& entry) {
    const std::string_view name = std::string_view(entry).substr(0, entry.find('='));
    return name.substr(0, 4) != "GIT_" && trigger_urls(entry).empty() &&
           std::find(k_not_for_programs.begin(), k_not_for_programs.end(), name) == k_not_for_programs.end();
  });
  return result;
}

} // namespace gate::registry
