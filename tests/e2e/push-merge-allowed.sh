#!/bin/sh
# A merge lands on a branch that takes merges; the commits that it brings in need not be merges.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
commit file two "Two"
commit file three "Three"
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
expect_exit 0 git push origin master
expect_same "master on the remote" "$(oid HEAD)" "$(remote_tip master)"
