#!/bin/sh
# A key that is added by the same push does not count, nor does one that git is configured to know.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
signed = "all"
allowed_signers = "signers"
RULES
new_signer lead >signers
git add signers
git commit -q -m "Signers"
smuggle origin master
new_signer me >>signers
sign_as me
git commit -q -a -S -m "My key counts"
refused signature origin master
git config gpg.ssh.allowedSignersFile "$T/repo/signers"
refused signature origin master
expect_text "that signers does not know"
sign_as lead
git commit -q --amend --no-edit -S
let_through origin master
sign_as me
git commit -q --allow-empty -S -m "Now it does"
let_through origin master
