#!/bin/sh
# --branch is not believed against what a CI system says itself of its branch.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

new_repo_with_publishing
REGISTRY=127.0.0.1:1 # nobody is to ask it
commit file more "More"
smuggle origin development development:staging
git switch -q --detach origin/staging
for name in CI_COMMIT_BRANCH CI_COMMIT_REF_NAME CIRCLE_BRANCH BUILDKITE_BRANCH BITBUCKET_BRANCH DRONE_BRANCH BRANCH_NAME GITHUB_REF_NAME \
    TRAVIS_BRANCH BUILD_SOURCEBRANCHNAME; do
    expect_exit 2 env CI=true "$name=feature" gate publish --branch staging
    expect_text "$name is feature"
done
expect_exit 2 env TF_BUILD=True BUILD_SOURCEBRANCH=refs/heads/feature/staging BUILD_SOURCEBRANCHNAME=staging gate publish --branch staging
expect_text "BUILD_SOURCEBRANCH is refs/heads/feature/staging"
[ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
expect_exit 3 env CI=true CIRCLE_BRANCH=staging CIRCLE_PULL_REQUEST=https://host.example/pull/7 gate publish --branch staging
expect_text "127.0.0.1:1"
