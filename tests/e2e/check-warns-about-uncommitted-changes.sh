#!/bin/sh
# What is judged is the commit; uncommitted changes are worth a warning.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
commit verdict bad "Bad"
echo good >verdict
expect_exit 1 gate check
expect_text "uncommitted changes"
git commit -q -a -m "Good"
touch untracked
expect_exit 0 gate check
expect_no_text "uncommitted changes"
