#!/bin/sh
# For an event that gate can not read, gate publish takes the branch that it is told, if CI does not say otherwise; one that it can
# read is not to be contradicted.
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
commit=$(oid HEAD)
github() { # event ref command...
    event_=$1 ref_=$2
    shift 2
    env CI=true GITHUB_ACTIONS=true GITHUB_EVENT_NAME="$event_" GITHUB_REF="refs/heads/$ref_" GITHUB_REF_NAME="$ref_" \
        GITHUB_SHA="$commit" GITHUB_EVENT_PATH="$T/event.json" "$@"
}
travis() { # type branch command...
    event_=$1 ref_=$2
    shift 2
    env CI=true TRAVIS=true TRAVIS_EVENT_TYPE="$event_" TRAVIS_PULL_REQUEST=false TRAVIS_BRANCH="$ref_" TRAVIS_COMMIT="$commit" "$@"
}
printf '{"before": "%s"}' "$(oid HEAD~1)" >"$T/event.json"
for event in workflow_dispatch schedule; do
    expect_exit 2 github "$event" staging gate publish
    expect_text "\"$event\" event"
    expect_text "gate publish --branch NAME"
    expect_no_text "gate check"
done
for event in api cron; do
    expect_exit 2 travis "$event" staging gate publish
    expect_text "gate publish --branch NAME"
    expect_no_text "gate check"
done
expect_exit 2 github workflow_dispatch master gate publish --branch staging
expect_text "GITHUB_REF is refs/heads/master"
expect_exit 2 travis cron master gate publish --branch staging
expect_text "TRAVIS_BRANCH is master"
expect_exit 2 github pull_request_target staging gate publish --branch staging
expect_text "pull request"
expect_exit 2 github pull_request staging env GITHUB_BASE_REF=staging gate publish --branch staging
expect_text "pull_request"
expect_exit 2 travis cron staging env TRAVIS_PULL_REQUEST=7 gate publish --branch staging
expect_exit 2 github push master gate publish --branch staging
expect_text "is for a push to refs/heads/master, not to the branch staging"
expect_exit 2 travis push master gate publish --branch staging
expect_exit 2 env CODEBUILD_WEBHOOK_EVENT=PULL_REQUEST_UPDATED gate publish --branch staging
expect_text "CODEBUILD_WEBHOOK_EVENT"
[ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
expect_exit 0 github workflow_dispatch staging gate publish --branch staging
expect_text "the tag staging moved to it"
expect_same "tags" "$(printf '%s\n' "$commit" staging | sort)" "$(registry_tags app | sort)"
for event in cron api; do
    expect_exit 0 travis "$event" staging gate publish --branch staging
    expect_text "already published"
done
expect_exit 0 github push staging gate publish --branch staging
expect_text "already published"
