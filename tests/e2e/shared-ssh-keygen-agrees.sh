#!/bin/sh
# What gate has signed, ssh-keygen verifies; what ssh-keygen has signed, gate verifies. With keys in files and in an agent, of each kind.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

mkdir -p "$T/keys"
for kind in ed25519 rsa ecdsa; do
    ssh-keygen -q -t "$kind" -N '' -C "$kind" -f "$T/keys/$kind"
    echo "$kind@example.com namespaces=\"git,verdict@gate\" $(cut -d ' ' -f 1,2 "$T/keys/$kind.pub")" >>"$T/signers"
done
new_signer bob
new_repo_with_verdicts
verified() { # who
    noted
    file=$(ls "$T/noted"/*-"$(id_of_key "$T/keys/$1.pub")"-1)
    "$support/envelope" signature "$file" >"$T/signature"
    "$support/envelope" pae "$file" >"$T/signed"
    expect_exit 0 ssh-keygen -Y verify -n verdict@gate -f "$T/signers" -I "$1@example.com" -s "$T/signature" <"$T/signed"
    "$support/envelope" payload "$file" >"$T/statement"
    expect_exit 0 "$support/in-toto/check" <"$T/statement"
    expect_text PASSED
}
for kind in ed25519 rsa ecdsa; do
    git switch -q -c "$kind" master
    sign_as "$kind"
    commit file "$kind" "A change"
    expect_exit 0 gate push -q origin "$kind"
    verified "$kind"
done

# From an agent, which alone has the private key.
eval "$(ssh-agent -s)" >/dev/null
trap 'kill "$SSH_AGENT_PID"' EXIT
ssh-add -q "$T/keys/ed25519"
mv "$T/keys/ed25519" "$T/keys/gone"
n=0
for key in "$T/keys/ed25519.pub" "key::$(cut -d ' ' -f 1,2 "$T/keys/ed25519.pub")"; do
    n=$((n + 1))
    git switch -q -c "agent$n" master
    git config user.signingKey "$key"
    commit file "agent $n" "A change"
    expect_exit 0 gate push -q origin HEAD
    noted
    expect_same "verdicts by ed25519" $((n + 1)) "$(find "$T/noted" -name "*-$(id_of_key "$T/keys/ed25519.pub")-*" | wc -l)"
done
kill "$SSH_AGENT_PID"
trap - EXIT
mv "$T/keys/gone" "$T/keys/ed25519"

# The other way round.
"$support/envelope" payload "$(ls "$T/noted"/"$(oid 'rsa^{tree}')"-*)" >"$T/statement"
"$support/envelope" seal-ssh "$T/keys/ecdsa" "$T/statement" >"$T/theirs"
for ref in $(verdict_refs); do git --git-dir "$T/remote.git" update-ref -d "$ref"; done
plant_note "$(id_of_key "$T/keys/ecdsa.pub")" "$(oid 'rsa^{tree}')" "$T/theirs"
clone_of bob
git switch -q rsa
expect_exit 0 gate verdict fetch
expect_exit 0 gate verify
expect_text "ecdsa@example.com (dev)"
