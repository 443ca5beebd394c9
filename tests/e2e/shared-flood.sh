#!/bin/sh
# Notes are read up to a limit: thousands of lines and one of megabytes cost neither the answer nor the time.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_signer bob
new_repo_with_verdicts
sign_as alice
git switch -q -c feature
commit file changed "A change"
expect_exit 0 gate push -q origin feature
noted
cp "$T/noted"/* "$T/good"
{
    head -c 9000000 /dev/zero | tr '\0' x
    echo
    cat "$T/good"
    seq 1 20000 | sed 's/.*/{"payloadType":"&"}/'
} >"$T/flood"
plant_note "$(id_of_key "$T/keys/alice.pub")" "$(oid 'HEAD^{tree}')" "$T/flood"
clone_of bob
git switch -q -c mine origin/feature
no_engine
expect_exit 0 timeout 20 gate push origin mine
expect_text "alice@example.com (dev)"
# Hidden behind what is read, it is not found, and the suite is asked for.
{
    seq 1 200 | sed 's/.*/{"payloadType":"&"}/'
    cat "$T/good"
} >"$T/hidden"
plant_note "$(id_of_key "$T/keys/alice.pub")" "$(oid 'HEAD^{tree}')" "$T/hidden"
rm -r "$(gate_folder)/verdicts"
git commit -q --allow-empty -m "The same tree"
expect_exit 3 timeout 20 gate push origin mine
