// The event that CI runs for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/oid.hpp"
#include "base/ref_name.hpp"
#include "os/process.hpp"

namespace gate {

struct CiEvent {
  std::string system; ///< "GitHub", "Travis CI"
  std::string name;   ///< as the system calls it: "push", "pull_request", …
  RefName ref;        ///< that the event updates, or would; of a pull request its target
  Oid new_oid;
  std::optional<Oid> old_oid; ///< nothing for a pull request: the first parent of its merge commit is the base that counts
  std::string old_revision;   ///< an abbreviated name of the old commit instead, where the system gives no more
};

/// Reads what the CI system says of itself; all of it may be hostile. Nothing outside of GitHub Actions and Travis CI; an event
/// that can't be judged is an error that names the flags.
Result<std::optional<CiEvent>> read_ci_event(const Environment& env);

/// GITHUB_EVENT_NAME, GITHUB_REF, GITHUB_SHA, GITHUB_BASE_REF and the JSON of the event
/// (docs.github.com: "Variables reference", "Webhook events and payloads").
Result<std::optional<CiEvent>> read_github_event(const Environment& env);

/// TRAVIS_EVENT_TYPE, TRAVIS_PULL_REQUEST, TRAVIS_BRANCH, TRAVIS_TAG, TRAVIS_COMMIT, TRAVIS_COMMIT_RANGE
/// (docs.travis-ci.com: "Default Environment Variables"). TRAVIS_BRANCH of a pull request is its target.
Result<std::optional<CiEvent>> read_travis_event(const Environment& env);

/// The variable by which some CI system says that it runs for a pull request; nothing when none does.
std::optional<std::string> pull_request_sign(const Environment& env);

/// What contradicts that this run is for the branch, by one of the variables in which CI systems name theirs: "CI_COMMIT_BRANCH is
/// master". Nothing when none does.
std::optional<std::string> other_branch_sign(const std::string& branch, const Environment& env);

/// Does some CI system say that this is one of its runs (CI=true; Azure Pipelines, AWS CodeBuild, Jenkins and others have their own)?
bool is_in_ci(const Environment& env);

} // namespace gate
