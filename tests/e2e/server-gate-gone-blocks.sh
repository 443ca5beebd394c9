#!/bin/sh
# Where gate is gone from the server nothing is taken, and it says so.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo
own_gate "$T/own"
(cd "$T/remote.git" && PATH=$T/own/bin:$PATH gate install --server) >/dev/null
rm "$T/own/bin/gate"
git switch -q -c feature
commit file two "Two"
expect_exit 1 git push --no-verify origin feature
expect_text "is gone from this server"
expect_same "feature" none "$(remote_tip feature)"
