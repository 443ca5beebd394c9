#!/bin/sh
# A failed run makes no verdict: the same tree is run again.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
commit verdict bad "Bad"
expect_exit 1 git push origin feature
expect_exit 1 git push origin feature
expect_runs 2
expect_same "feature on the remote" none "$(remote_tip feature)"
expect_nothing_left
