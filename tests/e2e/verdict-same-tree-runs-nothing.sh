#!/bin/sh
# A tree that has passed is not tested again: neither under another name, nor in another commit, nor from another work tree.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
expect_exit 0 git push origin feature
expect_text "suite tests passed"
expect_runs 1
no_engine
expect_exit 0 git push origin feature:again
expect_text "passed before"
git commit -q --allow-empty -m "The same tree"
expect_exit 0 git push origin feature
git worktree add -q -b other "$T/linked"
cd "$T/linked"
git commit -q --allow-empty -m "The same tree, from a linked work tree"
expect_exit 0 git push origin other
expect_runs 1
