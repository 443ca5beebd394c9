#!/bin/sh
# A key that can be read only once signs what every try sends; and where it lies is told to no git and no hook.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-land.sh
. "$support/lib-land.sh"

new_pem_signer ci
new_repo_with_verdicts
git clone -q "$T/remote.git" "$T/racer"
(cd "$T/racer" && commit other sooner "Sooner")
git switch -q -c feature
commit file changed "A change"
watch_key
before_push "git -C '$T/racer' push -q origin master"
# shellcheck disable=SC2002 # a pipe is what this is about
cat "$T/keys/ci.pem" | expect_exit 0 env GATE_SIGNING_KEY=fd:3 gate land feature 3<&0 </dev/null
expect_text "master of origin moved meanwhile: once more, try 2 of 5"
expect_no_text "verdicts were not sent"
expect_same "times that a verdict was sent" 2 "$(grep -c "1 verdict sent to origin" "$out")"
expect_runs 2
noted
# shellcheck disable=SC2012 # names of oids
expect_same "trees with a verdict" 2 "$(ls "$T/noted" | cut -d - -f 1 | sort -u | wc -l)"
expect_nobody_told
