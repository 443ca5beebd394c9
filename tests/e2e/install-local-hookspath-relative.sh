#!/bin/sh
# A repository's own core.hooksPath, relative to the top of the work tree, is where the hooks go, from any folder.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
gate uninstall
rmdir .git/hooks 2>/dev/null || :
git config core.hooksPath .githooks
mkdir -p deep/er
cd deep/er
expect_exit 0 gate install
cd ../..
[ -x .githooks/pre-push ] || fail "pre-push is not in .githooks"
[ ! -e deep/er/.githooks ] || fail "a folder was made below the current one"
[ ! -e .git/hooks/pre-push ] || fail "pre-push was written to .git/hooks as well"
commit file two "Two"
expect_exit 1 git push origin master
expect_text direct-push
expect_exit 0 gate uninstall
[ ! -e .githooks/pre-push ] || fail "pre-push is still there"
