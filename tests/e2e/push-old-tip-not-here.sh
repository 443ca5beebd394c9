#!/bin/sh
# Somebody has pushed since the last fetch: what this push changes can't be told, and the fetch that mends it is named.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git clone -q "$T/remote.git" "$T/other"
(
    cd "$T/other"
    git switch -q -c feature
    commit file theirs "Theirs"
    git switch -q master
    git merge -q --no-ff -m "Their merge" feature
    smuggle origin master
)
git switch -q -c feature
commit mine two "Mine"
git switch -q master
git merge -q --no-ff -m "My merge" feature
expect_exit 1 git push -f origin master
expect_text "history  refs/heads/master"
expect_text "git fetch origin master"
expect_same "master on the remote" "$(remote_tip master "$T/other/.git")" "$(remote_tip master)"
git pull -q --no-rebase --no-edit origin master
expect_exit 0 git push origin feature
