#!/bin/sh
# Who is taken out of allowed_signers vouches for nothing any more, not even for what was verified before; nor does a key after its time.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_signer old 'valid-before="20200101Z"'
new_signer bob
new_repo_with_verdicts
sign_as alice
git switch -q -c feature
commit file changed "A change"
expect_exit 0 gate push -q origin feature
noted
"$support/envelope" payload "$T/noted"/* >"$T/statement"
"$support/envelope" seal-ssh "$T/keys/old" "$T/statement" >"$T/expired"
clone_of bob
git switch -q -c mine origin/feature
expect_exit 0 gate verdict fetch
expect_exit 0 gate push origin mine
expect_text "alice@example.com (dev)"
expect_runs 0
cd "$T/repo"
git switch -q master
grep -v '^alice@' .gate/allowed_signers >"$T/fewer"
cp "$T/fewer" .gate/allowed_signers
git commit -q -a -m "Alice has left"
smuggle origin master
plant_note "$(id_of_key "$T/keys/old.pub")" "$(oid 'feature^{tree}')" "$T/expired"
cd "$T/bob"
git fetch -q
git fetch -q origin '+refs/notes/gate/*:refs/notes/gate/*'
git commit -q --allow-empty -m "The same tree"
expect_exit 1 gate verify --branch another
expect_no_text alice
expect_text "2020-01-01"
expect_exit 0 gate push -q origin mine:another
expect_runs 1
