#!/bin/sh
# first_parent: the old tip stays on the line of first parents, whatever else is admitted.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
first_parent = true
RULES
branch_with feature two two "Two"
commit three three "Three"
let_through origin master
git switch -q feature
git merge -q -m "Merge master into feature" master
refused first-parent origin feature:master
expect_text "gate.toml:5"
git switch -q master
git merge -q --no-ff -m "Merge feature into master" feature~1
let_through origin master
