#!/bin/sh
# A symbolic ref of the server moves another branch: that one's rules hold.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_server
git --git-dir "$T/remote.git" symbolic-ref refs/heads/alias refs/heads/master
commit file two "Two"
before=$(remote_tip master)
expect_exit 1 git push --no-verify origin master:alias
expect_text "direct-push  refs/heads/master"
expect_same "master" "$before" "$(remote_tip master)"
