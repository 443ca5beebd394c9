#!/bin/sh
# One plain commit after a merge is enough to be refused, and so is one before it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
commit file two "Two"
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
commit other x "On top"
expect_exit 1 git push origin master
expect_text "\"On top\" would land straight on master"
git reset -q --hard origin/master
commit other x "Below"
git merge -q -m "Merge feature" feature
expect_exit 1 git push origin master
expect_text "\"Below\" would land straight on master"
