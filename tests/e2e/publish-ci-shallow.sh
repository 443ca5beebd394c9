#!/bin/sh
# In a clone that is too shallow to judge the push, gate publish publishes nothing and names the fetch depth.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

new_repo_with_publishing
REGISTRY=127.0.0.1:1 # nobody is to ask it
before=$(oid staging)
commit file more "More"
smuggle origin development
smuggle origin development:staging
git clone -q --depth 1 --branch staging "file://$T/remote.git" "$T/job"
cd "$T/job"
GITHUB_ACTIONS=true CI=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/staging GITHUB_SHA=$(oid HEAD) GITHUB_EVENT_PATH=$T/event.json
export GITHUB_ACTIONS CI GITHUB_EVENT_NAME GITHUB_REF GITHUB_SHA GITHUB_EVENT_PATH
printf '{"before": "%s"}' "$before" >"$T/event.json"
expect_exit 2 gate publish
expect_text "fetch-depth: 0"
[ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
