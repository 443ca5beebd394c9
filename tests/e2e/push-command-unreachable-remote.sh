#!/bin/sh
# A remote that can't be reached: git's words, nothing is tested.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git remote set-url origin "$T/nowhere.git"
git switch -q -c feature
status=0
gate push origin feature >"$out" 2>&1 || status=$?
cat "$out"
[ "$status" -eq 1 ] || [ "$status" -eq 3 ] || fail "ended with $status"
expect_text "nowhere.git"
expect_runs 0
