#!/bin/sh
# A failed suite ends gate check with 1, and says what the hook would say.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
commit verdict bad "Bad"
expect_exit 1 gate check
expect_text "suite tests failed"
expect_text "| bad"
expect_nothing_left
