#!/bin/sh
# The push option gate.skip: anybody's where the policy says so, never twice, never without a reason, and no rule that is closed to it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_server_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = ["merge"]
bypass = ["*"]
[[branch]]
match = ["staging"]
allow = ["merge"]
bypass = false
POLICY
cd "$T/repo"
(cd "$T/remote.git" && git update-ref refs/heads/staging master)
commit file two "Two"
expect_exit 1 git push --no-verify -o gate.skip origin master
expect_text "takes a reason"
expect_exit 1 git push --no-verify -o gate.skip= origin master
expect_exit 1 git push --no-verify -o gate.skip=a -o gate.skip=b origin master
expect_text "given twice"
expect_exit 1 git push --no-verify -o gate.skipp=a origin master
expect_text "no push option gate.skipp"
expect_exit 1 git push --no-verify -o gate.skip=Please origin master:staging
expect_text "nobody may skip this rule"
expect_exit 1 git push --no-verify -o gate.skip=Please origin master master:staging
[ ! -e "$T/remote.git/gate" ] || fail "something was written down"
expect_exit 0 git push --no-verify -o ci.skip -o gate.skip=Please origin master
expect_text "by somebody who is not known: Please"
expect_same "lines, granted and done" 2 "$(wc -l <"$T/remote.git/gate/bypasses.jsonl")"
git switch -q -c feature
expect_exit 0 git push --no-verify -o gate.skip=Please origin feature
expect_text "there was nothing to skip"
expect_same "lines, granted and done" 2 "$(wc -l <"$T/remote.git/gate/bypasses.jsonl")"
# What could not be written down afterwards is not taken.
rm -r "$T/remote.git/gate"
: >"$T/remote.git/gate"
git switch -q master
commit file three "Three"
expect_exit 1 git push --no-verify -o gate.skip=Please origin master
