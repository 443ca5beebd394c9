#!/bin/sh
# Refs with different trees are each tested; one that fails holds back the whole push.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git branch good
git switch -q -c bad
commit verdict bad "Bad"
expect_exit 1 git push origin good bad
expect_text "suite tests failed"
expect_runs 2
expect_same "good on the remote" none "$(remote_tip good)"
expect_exit 0 git push origin good
expect_runs 2
