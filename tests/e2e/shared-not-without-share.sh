#!/bin/sh
# Without share nothing travels by itself; gate verdict push and fetch do it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_signer bob
new_repo_without_sharing
sign_as alice
git switch -q -c feature
commit file changed "A change"
expect_exit 0 gate push -q origin feature
expect_same "refs with verdicts" "" "$(verdict_refs)"
expect_exit 0 gate verdict push
expect_same "refs with verdicts" "refs/notes/gate/$(id_of_key "$T/keys/alice.pub")" "$(verdict_refs)"
before=$(git --git-dir "$T/remote.git" rev-parse "$(verdict_refs)")
expect_exit 0 gate verdict push
expect_same "the ref after nothing new" "$before" "$(git --git-dir "$T/remote.git" rev-parse "$(verdict_refs)")"
clone_of bob
git switch -q -c mine origin/feature
expect_exit 0 gate verdict fetch
no_engine
expect_exit 0 gate push origin mine
expect_text "alice@example.com (dev)"
