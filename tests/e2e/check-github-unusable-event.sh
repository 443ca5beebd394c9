#!/bin/sh
# An event that can't be judged, or whose file is missing or no JSON, ends with 2 and names the flags.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/master GITHUB_SHA=$(oid HEAD)
export GITHUB_ACTIONS GITHUB_EVENT_NAME GITHUB_REF GITHUB_SHA
expect_exit 2 gate check
expect_text "--branch"
GITHUB_EVENT_PATH=$T/nowhere.json
export GITHUB_EVENT_PATH
expect_exit 2 gate check
GITHUB_EVENT_PATH=$T/event.json
for text in '' 'nonsense' '[]' '{}' '{"before": 3}' '{"before": "HEAD"}'; do
    printf '%s' "$text" >"$T/event.json"
    expect_exit 2 gate check
    expect_text "--branch"
done
GITHUB_EVENT_NAME=workflow_dispatch
expect_exit 2 gate check
expect_text "--branch"
expect_exit 0 gate check --branch feature
