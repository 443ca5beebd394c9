#include "cli/ci_event.hpp"

#include <array>

namespace gate {

Result<std::optional<CiEvent>> read_ci_event(const Environment& env) {
  auto event = read_github_event(env);
  return !event || *event ? event : read_travis_event(env);
}

std::optional<std::string> pull_request_sign(const Environment& env) {
  // GitLab CI, CircleCI, Jenkins, Buildkite, Bitbucket, Azure Pipelines, Drone and Woodpecker, AppVeyor, Travis CI.
  constexpr std::array k_names{"CI_MERGE_REQUEST_IID", "CIRCLE_PR_NUMBER", "CHANGE_ID", "BUILDKITE_PULL_REQUEST", "BITBUCKET_PR_ID", "SYSTEM_PULLREQUEST_PULLREQUESTID",
                               "DRONE_PULL_REQUEST", "CI_COMMIT_PULL_REQUEST", "APPVEYOR_PULL_REQUEST_NUMBER", "TRAVIS_PULL_REQUEST"};
  for (const char* const name : k_names) {
    const std::string value = value_of(env, name).value_or("");
    if (!value.empty() && value != "false") {
      return name;
    }
  }
  const bool is_github_pull_request = value_of(env, "GITHUB_EVENT_NAME").value_or("").rfind("pull_request", 0) == 0;
  return is_github_pull_request ? std::optional<std::string>("GITHUB_EVENT_NAME") : std::nullopt;
}

bool is_in_ci(const Environment& env) {
  const std::string value = value_of(env, "CI").value_or("");
  return !value.empty() && value != "false" && value != "0";
}

} // namespace gate
