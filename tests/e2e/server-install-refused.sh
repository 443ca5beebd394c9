#!/bin/sh
# Each kind of repository gets its own hooks: the other kind is refused, and named.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo
expect_exit 2 gate install --server
expect_text "gate install"
[ ! -e .git/hooks/pre-receive ] || fail "a hook was written"
cd "$T/remote.git"
expect_exit 2 gate install
expect_text "gate install --server"
[ ! -e hooks/pre-push ] || fail "a hook was written"
[ ! -e hooks/pre-receive ] || fail "a hook was written"
git worktree add -q "$T/tree" master
cd "$T/tree"
expect_exit 0 gate install
