#!/bin/sh
# A remote with two URLs: each is judged by what it has, before either gets anything.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
new_remote "$T/second.git"
git push -q --no-verify "$T/second.git" master
git remote set-url --add --push origin "$T/remote.git"
git remote set-url --add --push origin "$T/second.git"
git switch -q -c feature
commit file two "Two"
expect_exit 0 gate push origin feature
expect_same "feature on the first" "$(oid HEAD)" "$(remote_tip feature)"
expect_same "feature on the second" "$(oid HEAD)" "$(remote_tip feature "$T/second.git")"
expect_exit 1 gate push origin feature:master
expect_same "master on the first" "$(oid master)" "$(remote_tip master)"
expect_same "master on the second" "$(oid master)" "$(remote_tip master "$T/second.git")"
