#!/bin/sh
# Commit subjects and branch names come out harmless: nothing that drives a terminal, and no text turned around.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
esc=$(printf '\033')
printf '%s' "${esc}]0;title$(printf '\007')${esc}[2J$(printf '\r')gate: passed $(printf '\342\200\256')desrever$(printf '\302\233')" >"$T/message"
echo two >file
git commit -q -a -F "$T/message"
expect_exit 1 git push origin master
expect_plain "$out"
expect_no_text "$(printf '\342\200\256')"
expect_no_text "$(printf '\302\233')"
expect_text direct-push
branch=$(printf 'release/\342\200\256x')
git switch -q -c "$branch"
judge 0 "refs/heads/$branch $(oid HEAD) refs/heads/$branch $zeros"
expect_no_text "$(printf '\342\200\256')"
