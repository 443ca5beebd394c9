#!/bin/sh
# What reached the remote past the rules is not published by CI either.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

new_repo_with_publishing
REGISTRY=127.0.0.1:1 # nobody is to ask it
before=$(oid staging)
git switch -q staging
commit file smuggled "Straight to staging"
smuggle origin staging
git clone -q --branch staging "$T/remote.git" "$T/job"
cd "$T/job"
GITHUB_ACTIONS=true CI=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/staging GITHUB_SHA=$(oid HEAD) GITHUB_EVENT_PATH=$T/event.json
export GITHUB_ACTIONS CI GITHUB_EVENT_NAME GITHUB_REF GITHUB_SHA GITHUB_EVENT_PATH
printf '{"before": "%s"}' "$before" >"$T/event.json"
expect_exit 1 gate publish
expect_text "nothing of this commit is published"
expect_text "direct-push"
# Nor on a machine without any event, where only the branch is told.
unset GITHUB_ACTIONS GITHUB_EVENT_NAME GITHUB_REF GITHUB_SHA GITHUB_EVENT_PATH
commit file unseen "Not even on the remote"
expect_exit 1 gate publish --branch staging
expect_text "nothing of this commit is published"
expect_runs 0
