#!/bin/sh
# An owner who signs a merge answers for what it brings in, and not for the line that it stands on, nor for what is done on top.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
allowed_signers = "signers"
files.owners = [{ paths = ["/infra"], by = ["lead@example.org"] }]
RULES
new_signer lead >signers
git add signers
git commit -q -m "Signers"
smuggle origin master
sign_as lead
branch_with harmless two two "Two"
commit infra/a a "On the line"
git merge -q --no-ff -S -m "Merge harmless" harmless
refused owners origin master
expect_text '"On the line"'
start_over
branch_with feature infra/a a "Brought in"
git merge -q --no-ff -S -m "Merge feature" feature
commit infra/a b "On top"
refused owners origin master
expect_text '"On top"'
expect_no_text '"Brought in"'
git reset -q --hard HEAD~1
let_through origin master
# What a merge changes by itself is a change.
branch_with other three three "Three"
git merge -q --no-ff --no-commit other
echo evil >infra/a
git commit -q -a -m "Merge other"
refused owners origin master
