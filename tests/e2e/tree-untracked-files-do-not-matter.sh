#!/bin/sh
# Untracked and ignored files are not part of what is tested, and nothing is written into the work tree.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
add_suite tests sh -c '! ls -a | grep -q stray'
echo stray-ignored >.gitignore
git add -A
git commit -q -m "A suite"
smuggle origin master
touch stray stray-ignored
git status --porcelain --ignored >"$T/before"
expect_exit 0 git push origin HEAD:feature
git status --porcelain --ignored >"$T/after"
cmp "$T/before" "$T/after"
expect_nothing_left
