#!/bin/sh
# A push that breaks no rule is taken without a word, and neither it nor a refused one leaves anything behind.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_server
git switch -q -c feature
commit file two "Two"
expect_exit 0 git push -q --no-verify origin feature
[ ! -s "$out" ] || fail "it said something"
[ ! -e "$T/remote.git/gate" ] || fail "the push that was taken left something of gate's"
git switch -q master
commit file three "Three"
picture_of "$T/remote.git" >"$T/before"
expect_exit 1 git push --no-verify origin master
expect_text direct-push
expect_plain "$out"
picture_of "$T/remote.git" >"$T/after"
cmp "$T/before" "$T/after"
