#!/bin/sh
# What is tested is the commit: a fix that lies uncommitted in the work tree, or only in the index, does not help.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
commit verdict bad "Bad"
echo good >verdict
expect_exit 1 git push origin feature
expect_text "| bad"
git add verdict
expect_exit 1 git push origin feature
expect_same "the work tree" good "$(cat verdict)"
expect_same "feature on the remote" none "$(remote_tip feature)"
git commit -q -m "Good"
expect_exit 0 git push origin feature
