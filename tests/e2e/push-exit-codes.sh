#!/bin/sh
# The hook's exit code says what kind of end it was: 0, 1, 2 or 3 (130: another test).
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
judge 0 "x $(oid HEAD) refs/heads/feature $zeros"
commit verdict bad "Bad"
judge 1 "x $(oid HEAD) refs/heads/feature $zeros"
judge 1 "x $(oid HEAD) refs/heads/master $(oid HEAD~1)"
commit gate.toml "nonsense" "No policy"
judge 2 "x $(oid HEAD) refs/heads/feature $zeros"
judge 3 "malformed"
judge 3 "x 1234567890123456789012345678901234567890 refs/heads/feature $zeros"
expect_text "not in this repository"
