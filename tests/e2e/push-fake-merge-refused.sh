#!/bin/sh
# A commit with a second parent that brings nothing in is no merge, whatever it looks like.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
commit file two "Two"
smuggle origin master master:development master:staging
echo smuggled >file
git add file
tree=$(git write-tree)
fake=$(git commit-tree "$tree" -p HEAD -p HEAD~1 -m "Merge branch 'development'")
same=$(git commit-tree "$tree" -p HEAD -p HEAD -m "Merge branch 'development'")
for commit in "$fake" "$same"; do
    expect_exit 1 git push origin "$commit:refs/heads/staging"
    expect_text "direct-push"
    expect_exit 1 git push origin "$commit:refs/heads/master"
    expect_text "direct-push"
done
