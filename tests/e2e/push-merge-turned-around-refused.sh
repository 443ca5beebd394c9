#!/bin/sh
# A merge whose first parent is the other branch would put that branch's commits on master's line: refused.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
commit file two "Two"
git switch -q master
git switch -q -c other
commit other x "Other"
git switch -q feature
git merge -q -m "Merge other into feature" other
expect_exit 1 git push origin feature:master
expect_text direct-push
