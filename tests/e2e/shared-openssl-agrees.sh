#!/bin/sh
# What gate signs with an ed25519 key in PEM, openssl and @sigstore/verify verify; what openssl signs, gate does. A key that others may read is refused.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_pem_signer ci
new_repo_with_verdicts
git switch -q -c feature
commit file changed "A change"
expect_exit 0 env GATE_SIGNING_KEY="$T/keys/ci.pem" gate push -q origin feature
noted
file=$(ls "$T/noted"/*)
"$support/envelope" signature "$file" >"$T/signature"
"$support/envelope" pae "$file" >"$T/signed"
expect_exit 0 openssl pkeyutl -verify -rawin -pubin -inkey "$T/keys/ci.pub.pem" -in "$T/signed" -sigfile "$T/signature"
"$support/envelope" payload "$file" >"$T/statement"
expect_exit 0 "$support/in-toto/check" <"$T/statement"

# Through a file descriptor, as CI systems hand secrets over.
commit file "changed again" "Another change"
expect_exit 0 env GATE_SIGNING_KEY=fd:9 gate push -q origin feature 9<"$T/keys/ci.pem"
noted
expect_same "verdicts" 2 "$(find "$T/noted" -type f | wc -l)"

"$support/envelope" seal-pem "$T/keys/ci.pem" "$T/statement" >"$T/theirs"
git --git-dir "$T/remote.git" update-ref -d "$(verdict_refs)"
tree=$(oid 'HEAD~^{tree}')
id=$(sed -n 's/.*ssh-ed25519 //p' "$T/signers" | base64 -d | sha256sum | cut -c 1-16)
plant_note "$id" "$tree" "$T/theirs"
clone_of bob
git switch -q --detach origin/feature~
expect_exit 0 gate verdict fetch
expect_exit 0 gate verify --branch feature
expect_text "ci@example.com (ci)"

cd "$T/repo"
chmod 644 "$T/keys/ci.pem"
commit file "and again" "One more"
expect_exit 0 env GATE_SIGNING_KEY="$T/keys/ci.pem" gate push -q origin feature
expect_text "chmod 600"
