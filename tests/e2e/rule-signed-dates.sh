#!/bin/sh
# A key counts from its first to its last day, by the date of the commit.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
signed = "all"
allowed_signers = "signers"
RULES
new_signer lead | sed 's/ / valid-after="20230101",valid-before="20240101" /' >signers
git add signers
git commit -q -m "Signers"
smuggle origin master
sign_as lead
git commit -q --allow-empty -S -m "In its time"
let_through origin master
GIT_COMMITTER_DATE='1750000000 +0000' git commit -q --allow-empty -S -m "Too late"
refused signature origin master
