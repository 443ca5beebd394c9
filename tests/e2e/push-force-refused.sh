#!/bin/sh
# A push that would throw commits away is refused on a protected branch, and free on others.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
commit file two "Two"
expect_exit 0 git push origin feature
git commit -q --amend -m "Two, again"
expect_exit 0 git push -f origin feature
expect_exit 1 git push -f origin feature~2:master
expect_text "force-push  refs/heads/master"
expect_same "master on the remote" "$(oid master)" "$(remote_tip master)"
git switch -q --orphan empty
git commit -q --allow-empty -m "Another history"
expect_exit 1 git push -f origin HEAD:master
expect_text "force-push"
