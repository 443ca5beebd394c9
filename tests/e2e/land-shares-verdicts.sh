#!/bin/sh
# What was tested in order to land is known to others before it lands; they run nothing for the same tree.
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
expect_exit 0 gate land feature
expect_text "1 verdict sent to origin"
expect_same "refs with verdicts" "refs/notes/gate/$(id_of_key "$T/keys/alice.pub")" "$(verdict_refs)"
expect_runs 1
clone_of bob
no_engine
git switch -q -c mine
git commit -q --allow-empty -m "The same tree"
expect_exit 0 gate land mine
expect_text "alice@example.com (dev)"
expect_same "what landed" "$(oid mine)" "$(git --git-dir "$T/remote.git" rev-parse 'master^2')"
expect_runs 0
