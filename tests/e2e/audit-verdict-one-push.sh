#!/bin/sh
# Of several commits that came in one push only the last one needed verdicts: an audit names the others, and holds nothing against them.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "$support/lib-server.sh"
# shellcheck source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_repo_with_verdicts
install_on_server
sign_as alice
since=$(oid master)
for name in one two; do
    git switch -q -c "$name"
    commit file "$name" "Work on $name"
    git switch -q master
    git merge -q --no-ff -m "Merge $name" "$name"
done
expect_exit 0 gate push -q origin master
expect_runs 1
expect_exit 0 gate audit "$since..master"
expect_text "1 step of master without verdicts, before one that has them"
expect_text "$(git rev-parse --short=8 master^)"
# What comes after it has to have its own.
git switch -q -c three
commit file three "Work on three"
git switch -q master
git merge -q --no-ff -m "Merge three" three
mv "$T/remote.git/hooks/pre-receive" "$T/aside"
smuggle origin master
mv "$T/aside" "$T/remote.git/hooks/pre-receive"
expect_exit 1 gate audit "$since..master"
expect_text "\"Merge three\""
expect_no_text "\"Merge two\""
