#!/bin/sh
# signed = "all": each new commit; the command that mends it signs them all.
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
sign_as lead
commit two two "Two"
commit three three "Three"
git commit -q --amend --no-edit -S
refused signature origin master
expect_text '"Two" has no signature'
expect_no_text '"Three" has'
mend=$(sed -n 's/^ *mend  \(git rebase .*\)$/\1/p' "$out")
[ -n "$mend" ] || fail "no command mends it"
expect_exit 0 sh -c "$mend"
let_through origin master
# A signature of other content is none.
commit four four "Four"
git commit -q --amend --no-edit -S
git cat-file commit HEAD | sed 's/^Four$/Five/' >"$T/forged"
git reset -q --hard "$(git hash-object -t commit -w "$T/forged")"
refused signature origin master
expect_text "does not fit its content"
