#!/bin/sh
# merge_content = "clean": a merge is what git makes of its parents; one that was edited or met a conflict is not.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
merge_content = "clean"
RULES
branch_with feature two two "Two"
commit three three "Three"
smuggle origin master
git merge -q --no-ff --no-commit feature
echo "evil" >>file
git commit -q -a -m "Merge feature"
refused merge-content origin master
expect_text '"Merge feature" (file) changes files that git'"'"'s own merge leaves alone'
start_over
git merge -q --no-ff -m "Merge feature" feature
let_through origin master

branch_with conflict file "theirs" "Theirs"
commit file "ours" "Ours"
smuggle origin master
! git merge -q conflict >/dev/null || fail "there is no conflict"
echo "both" >file
git commit -q -a -m "Merge conflict"
refused merge-content origin master
expect_text "met conflicts, which were resolved by hand"
