#!/bin/sh
# Verdicts may come with the push that needs them: what the push leaves behind is what counts, not what was there before.
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
new_remote "$T/other.git"
git remote add other "$T/other.git"
ref=refs/notes/gate/$(id_of_key "$T/keys/alice.pub")

merge_of() { # branch: merged into master, tested, signed for, and sent to the other remote only
    git switch -q -c "$1"
    commit file "$1" "Work on $1"
    git switch -q master
    git merge -q --no-ff -m "Merge $1" "$1"
    expect_exit 0 gate check
    expect_exit 0 gate verdict push other
}

merge_of one
expect_exit 1 git push --no-verify origin master
expect_exit 0 git push -q --no-verify origin master "$ref:$ref"
expect_same "master of the remote" "$(oid master)" "$(remote_tip master)"
# A push that takes them away brings none.
merge_of two
expect_exit 0 git push -q --no-verify origin "$ref:$ref"
expect_exit 1 git push --no-verify origin master ":$ref"
expect_text "no verdict that holds"
expect_same "the notes of the remote" "$(oid "$ref")" "$(remote_tip "$ref")"
# Nor does one that puts others in their place.
git --git-dir "$T/remote.git" config receive.denyNonFastForwards false
expect_exit 1 git push --no-verify origin master "+$ref~1:$ref"
expect_exit 0 git push -q --no-verify origin master
