#!/bin/sh
# Where the rules take a fast-forward and no merge, the branch itself lands; where it is no fast-forward any more, the rule says so.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_policy <<'POLICY'
schema = 1
requires = ">=0.1"

[[branch]]
match = ["master"]
allow = ["fast-forward"]
POLICY
cd "$T/repo"
add_suite
printf 'good\n' >verdict
git add -A
git commit -q -m "A suite"
smuggle origin master
git switch -q -c feature
commit file one "One"
commit file two "Two"
# A fast-forward is one to what a branch of the remote has: else it would be a direct push.
expect_exit 1 gate land feature
expect_text "direct-push"
smuggle origin feature
expect_exit 0 gate land feature
expect_text "as a fast-forward"
expect_same "master on the remote" "$(oid feature)" "$(remote_tip master)"
expect_runs 1
git switch -q -c late feature^
commit other late "Late"
expect_exit 1 gate land late
expect_text "land refused"
expect_same "master on the remote" "$(oid feature)" "$(remote_tip master)"
expect_runs 1
