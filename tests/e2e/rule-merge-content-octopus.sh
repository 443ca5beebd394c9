#!/bin/sh
# merge_content: a merge of more than two parents can not be made again, and is refused; without the rule it comes in.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
merge_content = "clean-or-resolved"
RULES
branch_with a a a "A"
branch_with b b b "B"
commit two two "Two"
git merge -q -m "Merge a and b" a b
refused merge-content origin master
expect_text "could not be made again"
let_through origin master:refs/heads/other
