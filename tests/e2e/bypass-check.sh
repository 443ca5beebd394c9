#!/bin/sh
# What gate check lets through by GATE_SKIP is written down; in CI, which throws that away, it says so.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = ["merge"]
bypass = ["committer@example.com"]
POLICY
cd "$T/repo"
log=.git/gate/bypasses.jsonl
commit file two "Two"
expect_exit 1 gate check
[ ! -e $log ] || fail "a refusal was written down"
GATE_SKIP="The site is down" expect_exit 0 gate check
expect_text "bypassed: direct-push on refs/heads/master"
expect_text "by committer@example.com: The site is down"
expect_text "bypasses.jsonl"
expect_no_text "CI"
for text in '"state":"granted"' '"where":"client"' '"reason":"The site is down"' '"rule":"direct-push"' "\"new\":\"$(oid HEAD)\""; do
    expect_text "$text" $log
done
GATE_SKIP="The site is down" expect_exit 0 gate check
expect_same "lines" 1 "$(wc -l <$log)"
# Nothing was pushed by it.
expect_exit 0 gate audit
expect_text "granted, and nothing says that it was used"
# What is pushed past the hook then has its reason.
smuggle origin master
expect_exit 0 gate audit
expect_text "1 by a bypass"
expect_text "The site is down"
expect_no_text "nothing says"

commit file three "Three"
CI=true GATE_SKIP="No time" expect_exit 0 gate check
expect_text "by committer@example.com: No time"
expect_text "keep this report"
# What can't be written down is not let through.
rm -r .git/gate
: >.git/gate
GATE_SKIP="No time" expect_exit 3 gate check
expect_text "written down"
