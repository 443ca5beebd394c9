#!/bin/sh
# signed = "merge": a merge carries a good signature by somebody whom the file knows; other commits need none.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
signed = "merge"
allowed_signers = "signers"
RULES
new_signer lead >signers
new_signer stranger >"$T/strangers"
git add signers
git commit -q -m "Signers"
smuggle origin master
commit two two "Unsigned, and no merge"
let_through origin master
branch_with feature three three "Three"
git merge -q --no-ff -m "Merge feature" feature
refused signature origin master
expect_text '"Merge feature" has no signature'
sign_as stranger
git commit -q --amend --no-edit -S
refused signature origin master
expect_text "$(ssh-keygen -l -f "$T/stranger.pub" | cut -d ' ' -f 2)"
expect_text "that signers does not know"
sign_as lead
git commit -q --amend --no-edit -S
let_through origin master
