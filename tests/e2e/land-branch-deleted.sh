#!/bin/sh
# The branch is deleted while the merge is tested: it is not made anew, and it is said what has happened.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-land.sh
. "$support/lib-land.sh"

new_repo_with_suite
gate uninstall >/dev/null
git switch -q -c feature
commit file changed "A change"
before_push "git --git-dir '$T/remote.git' update-ref -d refs/heads/master"
expect_exit 3 gate land feature
expect_text "master of origin was deleted meanwhile"
expect_text "gate push origin refs/remotes/origin/master:refs/heads/master"
expect_same "master on the remote" none "$(remote_tip master)"
expect_runs 1
expect_nothing_left
