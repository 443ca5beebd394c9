#!/bin/sh
# What has passed on one machine is not run again on a colleague's: the verdict travels with gate push, signed, and is said whose it is.
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
expect_runs 1
expect_same "refs with verdicts" "refs/notes/gate/$(id_of_key "$T/keys/alice.pub")" "$(verdict_refs)"
clone_of bob
git switch -q -c mine origin/feature
git commit -q --allow-empty -m "The same tree"
expect_exit 0 gate verdict fetch
no_engine
expect_exit 0 git push origin mine
expect_text "alice@example.com (dev)"
expect_runs 0
# Verified once: it stays good without the notes, and as cheap as one of one's own.
git update-ref -d "refs/notes/gate/$(id_of_key "$T/keys/alice.pub")"
git commit -q --allow-empty -m "The same tree again"
expect_exit 0 git push origin mine
expect_text "alice@example.com (dev)"
# Nobody vouches for what somebody else has vouched for.
expect_exit 0 gate verdict push
expect_same "refs with verdicts" "refs/notes/gate/$(id_of_key "$T/keys/alice.pub")" "$(verdict_refs)"
