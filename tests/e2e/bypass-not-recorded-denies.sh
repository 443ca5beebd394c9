#!/bin/sh
# What can't be written down is not let through.
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
mkdir -p .git/gate/bypasses.jsonl
before=$(remote_tip master)
GATE_SKIP="Please" judge 3 "x $(oid HEAD) refs/heads/master $(oid HEAD~1)"
expect_text "bypasses.jsonl"
GATE_SKIP="Please" expect_exit 1 git push origin master
expect_same "master" "$before" "$(remote_tip master)"
