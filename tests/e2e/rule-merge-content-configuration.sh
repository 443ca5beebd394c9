#!/bin/sh
# merge_content: how a merge is made again does not follow the configuration, the attributes or the drivers of whoever pushes.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
merge_content = "clean"
RULES
branch_with feature file "theirs" "Theirs"
commit file "ours" "Ours"
smuggle origin master
git config merge.theirs.driver 'cp %B %A'
git config merge.renames false
mkdir -p .git/info
echo "file merge=theirs" >.git/info/attributes
git merge -q -m "Merge feature" feature
refused merge-content origin master
expect_text "met conflicts"
