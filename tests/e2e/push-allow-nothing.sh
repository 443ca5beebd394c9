#!/bin/sh
# allow = []: only the forge moves that branch.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = []
POLICY
git switch -q -c feature
commit file two "Two"
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
expect_exit 1 git push origin master
expect_exit 1 git push origin :master
expect_exit 0 git push origin feature
