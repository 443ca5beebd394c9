#!/bin/sh
# commits.sign_off: a Signed-off-by of the author; merges need none.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
commits.sign_off = true
RULES
commit two two "Two"
refused sign-off origin master
expect_text 'has no line "Signed-off-by: NAME <author@example.com>"'
git commit -q --amend -m "Two

Signed-off-by: Somebody Else <else@example.com>"
refused sign-off origin master
git commit -q --amend -m "Two

Signed-off-by: A U Thor <author@example.com>"
let_through origin master
git switch -q -c feature
git commit -q --allow-empty -m "Three

Signed-off-by: A U Thor <author@example.com>"
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
let_through origin master
