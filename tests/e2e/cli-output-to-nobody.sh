#!/bin/sh
# A reader that goes away does not change the result.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
commit verdict bad "Bad"
{ gate check || echo $? >"$T/status"; } 2>&1 | true
expect_same "exit code" 1 "$(cat "$T/status")"
expect_nothing_left
expect_exit 1 git push origin feature
