#!/bin/sh
# A commit straight on a protected branch is refused, with rule, place and a command that mends it; the command works.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
commit file two "The subject of it"
before=$(remote_tip master)
expect_exit 1 git push origin master
expect_text "gate: push refused"
expect_text "direct-push  refs/heads/master"
expect_text "\"The subject of it\" would land straight on master"
expect_text "$(git rev-parse --short=8 HEAD~1):gate.toml:6:9"
expect_same "master on the remote" "$before" "$(remote_tip master)"
mend=$(sed -n 's/^ *mend  \(git push [^ ]* [^ ]*\) .*/\1/p' "$out")
[ -n "$mend" ] || fail "no command mends it"
# shellcheck disable=SC2086 # words
expect_exit 0 $mend
judge 1 "refs/heads/master $(oid HEAD) refs/heads/master $before"
