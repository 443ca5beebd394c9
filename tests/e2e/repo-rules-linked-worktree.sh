#!/bin/sh
# In a linked work tree, what is new is told the same way: commits, files and merges made again.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
files.deny = ["*.pem"]
merge_content = "clean"
RULES
git worktree add -q -b work "$T/linked"
cd "$T/linked"
commit key.pem key "A key"
refused denied-file origin HEAD:master
git reset -q --hard origin/master
branch_with feature two two "Two"
git merge -q --no-ff --no-commit feature
echo "evil" >file
git commit -q -a -m "Merge feature"
refused merge-content origin HEAD:master
git reset -q --hard origin/master
git merge -q --no-ff -m "Merge feature" feature
let_through origin HEAD:master
