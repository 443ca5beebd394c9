#!/bin/sh
# Events of GitHub that gate can not judge publish nothing: pull_request_target has the secrets and runs for anybody.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

new_repo_with_publishing
REGISTRY=127.0.0.1:1 # nobody is to ask it
git switch -q staging
GITHUB_ACTIONS=true CI=true GITHUB_REF=refs/heads/staging GITHUB_BASE_REF=staging GITHUB_SHA=$(oid HEAD)
export GITHUB_ACTIONS CI GITHUB_REF GITHUB_BASE_REF GITHUB_SHA
for event in pull_request_target workflow_run schedule ''; do
    GITHUB_EVENT_NAME=$event
    export GITHUB_EVENT_NAME
    expect_exit 2 gate publish
done
expect_exit 2 env GITHUB_EVENT_NAME=pull_request_target gate publish --branch staging
expect_text "this CI runs for a pull request (GITHUB_EVENT_NAME)"
[ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
