#!/bin/sh
# In a linked work tree, the hooks go where git looks for them (the common folder), and judge pushes from there.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
gate uninstall
git worktree add -q -b work "$T/linked"
cd "$T/linked"
expect_exit 0 gate install
[ -x "$T/repo/.git/hooks/pre-push" ] || fail "pre-push is not in the common folder"
commit file two "Two"
expect_exit 1 git push origin work:master
expect_text direct-push
expect_exit 0 git push origin work
