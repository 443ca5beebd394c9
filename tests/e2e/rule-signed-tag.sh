#!/bin/sh
# signed, for tags: an annotated tag with a good signature. What hangs on it has one, too, if all commits need one.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_policy <<'POLICY'
schema = 1

[[tag]]
match = ["v*"]
signed = "merge"
allowed_signers = "signers"
POLICY
new_signer lead >signers
new_signer stranger >"$T/strangers"
git add signers
git commit -q -m "Signers"
git push -q origin master
git tag v1
refused signature origin v1
expect_text "the tag v1 is no annotated tag"
git tag -a -m "Two" v2
refused signature origin v2
expect_text "the tag v2 has no signature"
sign_as stranger
git tag -s -m "Three" v3
refused signature origin v3
expect_text "the tag v3 is signed with a key"
sign_as lead
git tag -s -m "Four" v4
let_through origin v4
git tag other
let_through origin other
