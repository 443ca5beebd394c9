#!/bin/sh
# gate push lets the same through, and one update is written down once though its hook judges it again.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = ["merge"]
bypass = ["*"]
POLICY
cd "$T/repo"
commit file two "Two"
expect_exit 1 gate push origin master
GATE_SKIP="Please" expect_exit 0 gate push origin master
expect_text "bypassed: direct-push"
expect_same "lines" 1 "$(wc -l <.git/gate/bypasses.jsonl)"
