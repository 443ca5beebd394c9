#!/bin/sh
# Without a signing key the push goes, and gate says how to come by one; a key that can't be used is said as well.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_repo_with_verdicts
git switch -q -c feature
commit file changed "A change"
expect_exit 0 gate push -q origin feature
expect_text "user.signingKey"
expect_exit 2 gate verdict key
expect_text "user.signingKey"
sign_as alice
git config user.email alice@example.com
expect_exit 0 gate verdict key
expect_text "namespaces=\"verdict@gate\" $(cut -d ' ' -f 1,2 "$T/keys/alice.pub")"
printf '%s' "bob@example.com $(cut -d ' ' -f 1,2 "$T/keys/alice.pub")" >"$T/unfinished"
gate verdict key >>"$T/unfinished" 2>/dev/null || fail "the key was not added"
gate verdict key >>"$T/unfinished" 2>/dev/null || fail "the key was not added again"
expect_same "lines, one each" 3 "$(wc -l <"$T/unfinished")"
expect_same "lines of alice" 2 "$(grep -c '^alice@example.com namespaces=' "$T/unfinished")"
rm "$T/keys/alice"
commit file "changed again" "Another"
expect_exit 0 gate push -q origin feature
expect_same "feature on the remote" "$(oid HEAD)" "$(remote_tip feature)"
expect_exit 2 env GATE_SIGNING_KEY=/nowhere/key.pem gate verdict push
expect_text /nowhere/key.pem
