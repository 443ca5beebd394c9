#!/bin/sh
# commits.message: the whole message of every new commit but merges.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
commits.message = '^[A-Z][^\n]{9,}(\n\n|$)'
RULES
commit two two "short"
refused message origin master
expect_text 'the message of'
expect_text '"short" does not match'
git commit -q --amend -m "A subject that is long enough
and no empty line"
refused message origin master
git commit -q --amend -m "A subject that is long enough

And a body."
let_through origin master
branch_with feature three three "Another subject, long enough"
git merge -q --no-ff -m "merge" feature
let_through origin master
