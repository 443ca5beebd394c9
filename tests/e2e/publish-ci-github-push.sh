#!/bin/sh
# In GitHub Actions, in the fresh clone of a push, gate check and gate publish do what a person does by merge and push: once, however
# often the job runs.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
before=$(oid staging)
commit file more "More"
smuggle origin development
smuggle origin development:staging
job() { # folder
    git clone -q "$T/remote.git" "$T/$1"
    cd "$T/$1"
    git switch -q --detach origin/staging
    git branch -q -D master
    GITHUB_ACTIONS=true CI=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/staging GITHUB_SHA=$(oid HEAD)
    GITHUB_EVENT_PATH=$T/event.json
    export GITHUB_ACTIONS CI GITHUB_EVENT_NAME GITHUB_REF GITHUB_SHA GITHUB_EVENT_PATH
    printf '{"before": "%s", "after": "%s", "ref": "refs/heads/staging"}' "$before" "$GITHUB_SHA" >"$T/event.json"
}
job first
expect_exit 0 sh -c 'gate check && gate publish'
expect_text "published to $REGISTRY/app"
expect_text "the tag staging moved to it"
expect_runs 1
expect_same "tags" "$(printf '%s\n' "$GITHUB_SHA" staging | sort)" "$(registry_tags app | sort)"
expect_same "the branch tag" "$(registry_digest app "$GITHUB_SHA")" "$(registry_digest app staging)"
writes=$(requests proxy '^\(PUT\|POST\|PATCH\|DELETE\)')
expect_exit 0 gate publish
job again
expect_exit 0 gate publish
expect_text "was published before"
expect_requests "$writes" proxy '^\(PUT\|POST\|PATCH\|DELETE\)'
expect_runs 0
