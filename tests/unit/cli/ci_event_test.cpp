#include <catch2/catch.hpp>

#include "cli/child_environment.hpp"
#include "cli/ci_event.hpp"

using namespace gate;

namespace {

const std::string k_new = "1111111111111111111111111111111111111111";

Environment travis(const Environment& more) {
  Environment env = {"TRAVIS=true", "CI=true", "TRAVIS_BRANCH=staging", "TRAVIS_COMMIT=" + k_new, "TRAVIS_PULL_REQUEST=false", "TRAVIS_EVENT_TYPE=push"};
  // The first of two values counts.
  env.insert(env.begin(), more.begin(), more.end());
  return env;
}

} // namespace

TEST_CASE("a push that Travis CI builds is one to its branch") {
  const auto event = read_ci_event(travis({"TRAVIS_COMMIT_RANGE=0123456789ab...111111111111"}));
  REQUIRE(event);
  REQUIRE(*event);
  CHECK((*event)->name == "push");
  CHECK((*event)->ref.full() == "refs/heads/staging");
  CHECK((*event)->new_oid.hex() == k_new);
  CHECK((*event)->old_revision == "0123456789ab");
  CHECK_FALSE((*event)->old_oid);
}

TEST_CASE("a new branch has no range in Travis CI") {
  const auto event = read_ci_event(travis({}));
  REQUIRE((*event)->old_oid);
  CHECK((*event)->old_oid->is_zero());
}

TEST_CASE("TRAVIS_BRANCH of a pull request is its target: that is no push") {
  for (const Environment& more : {Environment{"TRAVIS_PULL_REQUEST=7"}, Environment{"TRAVIS_EVENT_TYPE=pull_request"}, Environment{"TRAVIS_PULL_REQUEST=7", "TRAVIS_EVENT_TYPE=pull_request"}}) {
    const auto event = read_ci_event(travis(more));
    REQUIRE(event);
    CHECK((*event)->name == "pull_request");
  }
  // Not said is not "false".
  const Environment silent = {"TRAVIS=true", "TRAVIS_BRANCH=staging", "TRAVIS_COMMIT=" + k_new, "TRAVIS_EVENT_TYPE=push"};
  CHECK((*read_ci_event(silent))->name == "pull_request");
}

TEST_CASE("a tag that Travis CI builds is no branch, whatever its name") {
  const auto event = read_ci_event(travis({"TRAVIS_TAG=staging"}));
  CHECK((*event)->ref.full() == "refs/tags/staging");
}

TEST_CASE("what Travis CI says wrong is an error") {
  CHECK_FALSE(read_ci_event(travis({"TRAVIS_COMMIT=HEAD"})));
  CHECK_FALSE(read_ci_event(travis({"TRAVIS_BRANCH=a..b"})));
  CHECK_FALSE(read_ci_event(travis({"TRAVIS_EVENT_TYPE=cron"})));
  const auto range = read_ci_event(travis({"TRAVIS_COMMIT_RANGE=--upload-pack=x...y"}));
  CHECK((*range)->old_revision.empty());
}

TEST_CASE("outside of the systems that are read there is no event") {
  CHECK_FALSE(*read_ci_event({"CI=true", "GITLAB_CI=true"}));
  CHECK(is_in_ci({"CI=true"}));
  CHECK(is_in_ci({"CI=1"}));
  for (const char* const sign : {"TF_BUILD=True", "CODEBUILD_BUILD_ID=a:1", "JENKINS_URL=https://ci.example/", "TEAMCITY_VERSION=2025.1", "BUILD_ID=7",
                                 "BUILDER_OUTPUT=/builder/outputs", "bamboo_buildKey=A-B-1", "GO_PIPELINE_NAME=p"}) {
    INFO(sign);
    CHECK(is_in_ci({sign}));
  }
  CHECK_FALSE(is_in_ci({"CI=false"}));
  CHECK_FALSE(is_in_ci({}));
}

TEST_CASE("a pull request is seen in systems that are not read otherwise") {
  CHECK(pull_request_sign({"CI_MERGE_REQUEST_IID=3"}) == "CI_MERGE_REQUEST_IID");
  CHECK(pull_request_sign({"BUILDKITE_PULL_REQUEST=12"}) == "BUILDKITE_PULL_REQUEST");
  CHECK(pull_request_sign({"GITHUB_EVENT_NAME=pull_request_target"}) == "GITHUB_EVENT_NAME");
  CHECK_FALSE(pull_request_sign({"BUILDKITE_PULL_REQUEST=false", "CI_MERGE_REQUEST_IID="}));
}

TEST_CASE("CodeBuild says it in an event; a pull request that is open for a branch makes its push none") {
  CHECK(pull_request_sign({"CODEBUILD_WEBHOOK_EVENT=PULL_REQUEST_UPDATED"}) == "CODEBUILD_WEBHOOK_EVENT");
  CHECK_FALSE(pull_request_sign({"CODEBUILD_WEBHOOK_EVENT=PUSH"}));
  CHECK_FALSE(pull_request_sign({"CIRCLE_PULL_REQUEST=https://host.example/pull/7"}));
}

TEST_CASE("a branch that CI names otherwise is contradicted") {
  CHECK_FALSE(other_branch_sign("staging", {}));
  for (const std::string name : {"GITHUB_REF_NAME", "TRAVIS_BRANCH", "CI_COMMIT_BRANCH", "CI_COMMIT_REF_NAME", "CIRCLE_BRANCH", "BUILDKITE_BRANCH", "BITBUCKET_BRANCH",
                                 "DRONE_BRANCH", "BRANCH_NAME", "BUILD_SOURCEBRANCHNAME"}) {
    CHECK(other_branch_sign("staging", {name + "=master"}) == name + " is master");
    CHECK_FALSE(other_branch_sign("staging", {name + "=staging"}));
    CHECK_FALSE(other_branch_sign("staging", {name + "="}));
  }
  for (const std::string name : {"GITHUB_REF", "BUILD_SOURCEBRANCH", "CODEBUILD_WEBHOOK_HEAD_REF"}) {
    CHECK_FALSE(other_branch_sign("release/1", {name + "=refs/heads/release/1"}));
    CHECK(other_branch_sign("release/1", {name + "=refs/tags/release/1"}) == name + " is refs/tags/release/1");
  }
  CHECK_FALSE(other_branch_sign("release/1", {"BUILD_SOURCEBRANCHNAME=1"}));
}

TEST_CASE("programs that gate starts for itself get no secret of a publication") {
  const Environment env = {"PATH=/bin", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "AWS_SESSION_TOKEN=c", "AWS_REGION=d",
                           "DEPLOY=curl -X POST https://hub.docker.com/api/build/v1/source/u/trigger/t/call/", "OLD=https://registry.hub.docker.com/u/a/b/trigger/t/"};
  CHECK(child_environment(env) == Environment{"PATH=/bin", "AWS_REGION=d"});
}
