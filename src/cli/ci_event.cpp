#include "cli/ci_event.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gate {

Result<std::optional<CiEvent>> read_ci_event(const Environment& env) {
  auto event = read_github_event(env);
  return !event || *event ? event : read_travis_event(env);
}

std::optional<std::string> pull_request_sign(const Environment& env) {
  // CIRCLE_PULL_REQUEST is none: CircleCI sets it in the build of any push to a branch from which a pull request is open; that
  // the branch is the right one, CIRCLE_BRANCH tells.
  // GitLab CI, CircleCI, Jenkins, Buildkite, Bitbucket, Azure Pipelines, Drone and Woodpecker, AppVeyor, Travis CI.
  constexpr std::array k_names{"CI_MERGE_REQUEST_IID", "CIRCLE_PR_NUMBER", "CHANGE_ID", "BUILDKITE_PULL_REQUEST", "BITBUCKET_PR_ID",
                               "SYSTEM_PULLREQUEST_PULLREQUESTID", "DRONE_PULL_REQUEST", "CI_COMMIT_PULL_REQUEST", "APPVEYOR_PULL_REQUEST_NUMBER",
                               "TRAVIS_PULL_REQUEST"};
  for (const char* const name : k_names) {
    const std::string value = value_of(env, name).value_or("");
    if (!value.empty() && value != "false") {
      return name;
    }
  }
  // GitHub Actions (pull_request_target, …) and AWS CodeBuild (PULL_REQUEST_CREATED, …).
  constexpr std::array<std::array<const char*, 2>, 2> k_events{{{"GITHUB_EVENT_NAME", "pull_request"}, {"CODEBUILD_WEBHOOK_EVENT", "PULL_REQUEST"}}};
  for (const auto& [name, begin] : k_events) {
    if (value_of(env, name).value_or("").rfind(begin, 0) == 0) {
      return name;
    }
  }
  return std::nullopt;
}

std::optional<std::string> other_branch_sign(const std::string& branch, const Environment& env) {
  const auto last_part = branch.substr(branch.rfind('/') + 1); // npos + 1 is the beginning
  const std::string full = "refs/heads/" + branch;
  // GitHub Actions, Travis CI, GitLab CI and Woodpecker, CircleCI, Buildkite, Bitbucket, Drone, Jenkins and Cloud Build, AppVeyor, Semaphore,
  // Azure Pipelines, AWS CodeBuild.
  const std::array<std::pair<const char*, const std::string*>, 15> names{{{"GITHUB_REF", &full},
                                                                          {"GITHUB_REF_NAME", &branch},
                                                                          {"TRAVIS_BRANCH", &branch},
                                                                          {"CI_COMMIT_BRANCH", &branch},
                                                                          {"CI_COMMIT_REF_NAME", &branch},
                                                                          {"CIRCLE_BRANCH", &branch},
                                                                          {"BUILDKITE_BRANCH", &branch},
                                                                          {"BITBUCKET_BRANCH", &branch},
                                                                          {"DRONE_BRANCH", &branch},
                                                                          {"BRANCH_NAME", &branch},
                                                                          {"APPVEYOR_REPO_BRANCH", &branch},
                                                                          {"SEMAPHORE_GIT_BRANCH", &branch},
                                                                          {"BUILD_SOURCEBRANCH", &full},
                                                                          {"BUILD_SOURCEBRANCHNAME", &last_part},
                                                                          {"CODEBUILD_WEBHOOK_HEAD_REF", &full}}};
  for (const auto& [name, wanted] : names) {
    const std::string value = value_of(env, name).value_or("");
    if (!value.empty() && value != *wanted) {
      return std::string(name) + " is " + value;
    }
  }
  return std::nullopt;
}

bool is_in_ci(const Environment& env) {
  const auto is_set = [&](const char* name) {
    const std::string value = value_of(env, name).value_or("");
    return !value.empty() && value != "false" && value != "0";
  };
  // GitHub Actions, GitLab CI, Travis CI, CircleCI, Buildkite, Bitbucket, Drone, Woodpecker, AppVeyor and Semaphore set the first; Azure Pipelines, AWS
  // CodeBuild, Jenkins, TeamCity, Cloud Build (and Jenkins again), Bamboo and GoCD don't.
  constexpr std::array k_names{"CI", "TF_BUILD", "CODEBUILD_BUILD_ID", "JENKINS_URL", "TEAMCITY_VERSION", "BUILD_ID", "BUILDER_OUTPUT", "bamboo_buildKey", "GO_PIPELINE_NAME"};
  return std::any_of(k_names.begin(), k_names.end(), is_set);
}

} // namespace gate
