#!/bin/sh
# A clone that is too shallow for the event ends with 2, and names the setting that mends it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
before=$(oid HEAD)
commit file two "Two"
commit file three "Three"
smuggle origin master
git clone -q --depth 1 "file://$T/remote.git" "$T/shallow"
cd "$T/shallow"
printf '{"before": "%s"}' "$before" >"$T/event.json"
GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/master GITHUB_SHA=$(oid HEAD) GITHUB_EVENT_PATH=$T/event.json
export GITHUB_ACTIONS GITHUB_EVENT_NAME GITHUB_REF GITHUB_SHA GITHUB_EVENT_PATH
expect_exit 2 gate check
expect_text "fetch-depth: 0"
GITHUB_EVENT_NAME=pull_request GITHUB_BASE_REF=master
export GITHUB_BASE_REF
expect_exit 2 gate check
expect_text "fetch-depth: 0"
