#!/bin/sh
# merge_content = "clean-or-resolved": files in conflict may differ from what git makes; what is slipped in beside them is named.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
merge_content = "clean-or-resolved"
RULES
branch_with feature file "theirs" "Theirs"
commit file "ours" "Ours"
commit other x "Other"
smuggle origin master
conflict() {
    ! git merge -q feature >/dev/null || fail "there is no conflict"
    echo "both" >file
}
conflict
echo "evil" >other
echo "evil" >new
git add -A
git commit -q -m "Merge feature"
refused merge-content origin master
expect_text '(new and other) changes files that git'"'"'s own merge leaves alone'
expect_no_text "(file"
start_over
conflict
git rm -q other
git commit -q -a -m "Merge feature"
refused merge-content origin master
expect_text "(other)"
start_over
conflict
git commit -q -a -m "Merge feature"
let_through origin master

branch_with clean two two "Two"
commit three three "Three"
smuggle origin master
git merge -q --no-commit clean
echo "evil" >two
git commit -q -a -m "Merge clean"
refused merge-content origin master
expect_text "(two)"
