#!/bin/sh
# A change of the policy takes a signature by an owner, on the commit or on the merge that brings it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_signer lead >"$T/signers"
new_signer dev >>"$T/signers"
new_repo_with_policy <<'POLICY'
schema = 1

[policy]
owners = ["lead@example.org"]
allowed_signers = "signers"

[[branch]]
match = ["master"]
allow = ["commit", "merge"]
POLICY
cp "$T/signers" signers
git add signers
git commit -q -m "Signers"
smuggle origin master
commit two two "No change of the policy"
let_through origin master
echo "# a remark" >>gate.toml
git commit -q -a -m "A remark"
refused policy-owner origin master
expect_text 'the policy is changed by '
expect_text "without a signature by lead@example.org"
sign_as dev
git commit -q --amend --no-edit -S
refused policy-owner origin master
sign_as lead
git commit -q --amend --no-edit -S
let_through origin master
# Who may sign is part of the policy.
new_signer me >>signers
git commit -q -a -m "Me, too"
refused policy-owner origin master
start_over
branch_with feature gate.toml "$(cat gate.toml && echo '# by a merge')" "By a merge"
git merge -q --no-ff -m "Merge feature" feature
refused policy-owner origin master
start_over
git merge -q --no-ff -S -m "Merge feature" feature
let_through origin master
