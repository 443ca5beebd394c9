#!/bin/sh
# A rule that this person may not skip denies as ever, and says who may; so does one that nobody may.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = ["merge"]
bypass = ["lead@example.org"]
[[branch]]
match = ["staging"]
allow = ["merge"]
bypass = false
[[branch]]
match = ["release"]
allow = ["merge"]
POLICY
cd "$T/repo"
smuggle origin master:staging master:release
commit file two "Two"
GATE_SKIP="Please" expect_exit 1 git push origin master
expect_text "direct-push"
expect_text "only lead@example.org may skip this rule, not committer@example.com"
for branch in staging release; do
    GATE_SKIP="Please" expect_exit 1 git push origin master:$branch
    expect_text "nobody may skip this rule"
done
[ ! -e .git/gate/bypasses.jsonl ] || fail "something was written down"
