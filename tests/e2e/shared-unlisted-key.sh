#!/bin/sh
# A verdict by a key that the protected side does not list counts for nothing, however good its signature; nor does one that comes in with the
# very push that lists the key.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_repo_with_verdicts
sign_as alice
git switch -q -c feature
commit file changed "A change"
expect_exit 0 gate push -q origin feature
noted
new_signer mallory
"$support/envelope" payload "$T/noted"/* >"$T/statement"
"$support/envelope" seal-ssh "$T/keys/mallory" "$T/statement" >"$T/planted"
tree=$(oid 'HEAD^{tree}')
git --git-dir "$T/remote.git" update-ref -d "$(verdict_refs)"
plant_note "$(id_of_key "$T/keys/mallory.pub")" "$tree" "$T/planted"
# Under the ref of a key that is listed as well.
plant_note "$(id_of_key "$T/keys/alice.pub")" "$tree" "$T/planted"
clone_of bob
git switch -q -c mine origin/feature
cp "$T/signers" .gate/allowed_signers
git commit -q -a -m "Mallory is one of us"
expect_exit 0 gate verdict fetch
git reset -q --hard HEAD~
git fetch -q origin '+refs/notes/gate/*:refs/notes/gate/*'
expect_exit 1 gate verify
expect_text "not in allowed_signers"
expect_exit 0 gate push -q origin mine
expect_runs 1
