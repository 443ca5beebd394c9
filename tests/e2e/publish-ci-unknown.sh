#!/bin/sh
# In a CI system that gate can not read, gate publish wants to be told the branch; where there is a sign of a pull request, it refuses.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
smuggle origin development
smuggle origin development:staging
git clone -q --branch staging "$T/remote.git" "$T/job"
cd "$T/job"
git checkout -q --detach
CI=true
export CI
expect_exit 2 gate publish
expect_text "can't be told"
expect_text "gate publish --branch NAME"
for sign in CI_MERGE_REQUEST_IID CIRCLE_PR_NUMBER CHANGE_ID BUILDKITE_PULL_REQUEST BITBUCKET_PR_ID SYSTEM_PULLREQUEST_PULLREQUESTID \
    DRONE_PULL_REQUEST CI_COMMIT_PULL_REQUEST APPVEYOR_PULL_REQUEST_NUMBER TRAVIS_PULL_REQUEST; do
    expect_exit 2 env "$sign=7" gate publish --branch staging
    expect_text "$sign"
    expect_text "which publishes nothing"
    expect_exit 2 env "$sign=7" gate publish
    expect_text "$sign"
done
expect_exit 2 gate publish --branch "no branch"
[ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
expect_exit 0 env BUILDKITE_PULL_REQUEST=false gate publish --branch staging
expect_text "the tag staging moved to it"
expect_same "tags" "$(printf '%s\n' "$(oid HEAD)" staging | sort)" "$(registry_tags app | sort)"
expect_exit 0 gate publish --branch development
expect_text "nothing to publish"
