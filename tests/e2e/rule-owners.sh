#!/bin/sh
# files.owners: who changes such a file signs as an owner, or an owner signs the merge that brings it in.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
allowed_signers = "signers"
files.owners = [{ paths = ["infra/**"], by = ["lead@example.org"] }]
RULES
{ new_signer lead && new_signer dev; } >signers
git add signers
git commit -q -m "Signers"
smuggle origin master
commit infra/a a "Not signed"
refused owners origin master
expect_text "infra/a in "
expect_text "without a signature by lead@example.org"
sign_as dev
git commit -q --amend --no-edit -S
refused owners origin master
sign_as lead
git commit -q --amend --no-edit -S
let_through origin master
commit other/infra/a a "Nobody's"
let_through origin master

branch_with feature infra/b b "From a branch"
sign_as dev
git merge -q --no-ff -S -m "Merge feature" feature
refused owners origin master
start_over
sign_as lead
git merge -q --no-ff -S -m "Merge feature" feature
let_through origin master
git rm -q infra/b
git commit -q -m "Taken away"
refused owners origin master
