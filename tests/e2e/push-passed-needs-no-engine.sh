#!/bin/sh
# A tree that has passed is let through without an Engine, and a violation is refused without one.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
commit two x "Two"
expect_exit 0 git push origin feature
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
no_engine
expect_exit 0 git push origin master
expect_text "passed before"
commit three x "Three"
expect_exit 1 git push origin master
expect_text direct-push
expect_runs 1
