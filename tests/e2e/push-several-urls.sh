#!/bin/sh
# A remote with two URLs: the hook is called for each, and each is judged.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
new_remote "$T/second.git"
git remote set-url --add --push origin "$T/remote.git"
git remote set-url --add --push origin "$T/second.git"
git push -q --no-verify "$T/second.git" master
git switch -q -c feature
commit file two "Two"
expect_exit 0 git push origin feature
expect_same "feature on the second" "$(oid HEAD)" "$(remote_tip feature "$T/second.git")"
expect_exit 1 git push origin feature:master
expect_same "master on the second" "$(oid origin/master)" "$(remote_tip master "$T/second.git")"
