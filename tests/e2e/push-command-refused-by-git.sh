#!/bin/sh
# What git refuses by itself is said in git's words, and ends with 1.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
commit file two "Two"
expect_exit 0 gate push origin feature
git reset -q --hard HEAD~1
commit other x "Another"
expect_exit 1 gate push origin feature
expect_text "non-fast-forward"
expect_exit 1 gate push origin no-such-branch
expect_text "no-such-branch"
