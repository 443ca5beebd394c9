#!/bin/sh
# Where merges only are taken, a branch can't be moved forward to another one's commits.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
commit file two "Two"
expect_exit 0 git push origin feature
expect_exit 1 git push origin feature:master
