#!/bin/sh
# Verdicts that a remote has lost, or another one never had, go there with the next gate push; nothing is signed or run again.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_repo_with_verdicts
sign_as alice
ref=refs/notes/gate/$(id_of_key "$T/keys/alice.pub")
git clone -q --bare "$T/remote.git" "$T/backup.git"
git remote add backup "$T/backup.git"
git fetch -q backup
git switch -q -c feature
commit file changed "A change"
expect_exit 0 gate push -q origin feature
first=$(git rev-parse "$ref")
expect_same "the notes on the remote" "$ref" "$(verdict_refs)"

git --git-dir "$T/remote.git" update-ref -d "$ref"
rm "$T/keys/alice" # what was signed needs no key
expect_exit 0 gate push -q origin feature:again
expect_same "the notes on the remote, once more" "$ref" "$(verdict_refs)"
expect_text "1 verdict sent to origin"
expect_exit 0 gate push -q backup feature
git --git-dir "$T/backup.git" rev-parse -q --verify "$ref" >/dev/null || fail "the other remote has no verdict"
expect_same "what is noted" "$(git rev-parse "$first^{tree}")" "$(git --git-dir "$T/backup.git" rev-parse "$ref^{tree}")"
expect_runs 1
