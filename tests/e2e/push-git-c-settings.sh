#!/bin/sh
# Settings given with `git -c` reach the hook's environment, and change nothing about the judgement.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
commit file two "Two"
expect_exit 1 git -c core.bare=true -c core.worktree=/nowhere -c log.showSignature=true -c core.hooksPath="$PWD/.git/hooks" push origin master
expect_text direct-push
