#!/bin/sh
# linear: no merge among the new commits; commits and fast-forwards come in.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
linear = true
RULES
branch_with feature two two "Two"
git merge -q --no-ff -m "Merge feature" feature
refused linear origin master
expect_text 'the merge '
expect_text '"Merge feature" would come to master'
expect_text "git rebase origin/master"
git rebase -q origin/master
let_through origin master
