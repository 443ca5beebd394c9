#!/bin/sh
# A pull request publishes nothing, though its target is the branch that publishes, and its merge result is checked out.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

new_repo_with_publishing
REGISTRY=127.0.0.1:1 # nobody is to ask it
commit file more "More"
smuggle origin development
git switch -q --detach origin/staging
git merge -q --no-ff -m "Merge $(oid development) into $(oid origin/staging)" development
GITHUB_ACTIONS=true CI=true GITHUB_EVENT_NAME=pull_request GITHUB_BASE_REF=staging GITHUB_HEAD_REF=development
GITHUB_REF=refs/pull/1/merge GITHUB_SHA=$(oid HEAD)
export GITHUB_ACTIONS CI GITHUB_EVENT_NAME GITHUB_BASE_REF GITHUB_HEAD_REF GITHUB_REF GITHUB_SHA
expect_exit 0 gate check
expect_exit 0 gate publish
expect_text "never a pull request"
expect_runs 1
printf '{"merge_group": {"base_ref": "refs/heads/staging", "base_sha": "%s"}}' "$(oid origin/staging)" >"$T/event.json"
GITHUB_EVENT_NAME=merge_group GITHUB_REF=refs/heads/gh-readonly-queue/staging/pr-1 GITHUB_EVENT_PATH=$T/event.json
export GITHUB_EVENT_PATH
expect_exit 0 gate publish
expect_text "nothing to publish"
printf '{"before": "%s"}' "$zeros" >"$T/event.json"
GITHUB_EVENT_NAME=push GITHUB_REF=refs/tags/staging
expect_exit 0 gate publish
expect_text "nothing to publish"
[ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
