#include "cli/child_environment.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/trigger_url.hpp"

namespace gate {

namespace {

bool is_secret(std::string_view variable) {
  constexpr std::array<std::string_view, 5> k_names{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
                                                    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                                                    "GATE_SKIP"}; // the last: a bypass is of one push, and not of those that its children make
  const auto name = variable.substr(0, variable.find('='));
  if (name == "PATH" || name == "HOME" || name.substr(0, 4) == "GIT_") {
    return false; // without them git is another, or none
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

} // namespace gate
