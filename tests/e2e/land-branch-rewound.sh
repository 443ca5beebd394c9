#!/bin/sh
# Whoever keeps the branch takes a merge back while the next one is tested: it does not come back with that, which would be a fast-forward.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-land.sh
. "$support/lib-land.sh"

new_repo_with_suite
good=$(oid HEAD)
git switch -q -c other
commit other bad "To be taken back"
git switch -q master
git merge -q --no-ff -m "Merge other" other
smuggle origin master
bad=$(oid HEAD)
git reset -q --hard "$good"
git switch -q -c feature
commit file changed "A change"
before_push "git --git-dir '$T/remote.git' update-ref refs/heads/master $good $bad"
expect_exit 0 gate land feature
expect_text "(stale info)"
expect_text "master of origin moved meanwhile: once more, try 2 of 5"
[ -e "$T/pushed" ] || fail "nobody took it back"
tip=$(remote_tip master)
expect_same "its parents" "$good $(oid feature)" "$(git log -1 --format=%P "$tip")"
! git merge-base --is-ancestor "$bad" "$tip" || fail "what was taken back is there again"
expect_runs 2
expect_nothing_left
