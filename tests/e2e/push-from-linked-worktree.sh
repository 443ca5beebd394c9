#!/bin/sh
# git exports GIT_DIR to the hook in a linked work tree; the judgement there is the same.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git worktree add -q -b work "$T/linked"
cd "$T/linked"
commit file two "Two"
expect_exit 1 git push origin HEAD:master
expect_text direct-push
mkdir sub
cd sub
expect_exit 0 git push origin work
expect_same "work on the remote" "$(oid HEAD)" "$(remote_tip work)"
