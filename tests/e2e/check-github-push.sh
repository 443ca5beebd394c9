#!/bin/sh
# In GitHub Actions a push is judged from the commit that the branch had before, by the event's file.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
before=$(oid HEAD)
commit file two "Two"
smuggle origin master
event() { # before
    printf '{"before": "%s", "after": "%s", "ref": "refs/heads/master"}' "$1" "$(oid HEAD)" >"$T/event.json"
}
GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/master GITHUB_SHA=$(oid HEAD) GITHUB_EVENT_PATH=$T/event.json
export GITHUB_ACTIONS GITHUB_EVENT_NAME GITHUB_REF GITHUB_SHA GITHUB_EVENT_PATH
event "$before"
git switch -q --detach
expect_exit 1 gate check
expect_text direct-push
event "$GITHUB_SHA"
expect_exit 0 gate check
event "$zeros"
GITHUB_REF=refs/heads/new
expect_exit 0 gate check
GITHUB_SHA=$zeros
expect_exit 0 gate check
expect_text "nothing to judge"
