#!/bin/sh
# gate status tells about hooks, branch and suites; it runs and changes nothing.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
commit two x "Two"
no_engine
expect_exit 0 gate status
expect_text "in place"
expect_text "feature at $(git rev-parse --short=8 HEAD)"
expect_text "tests: would run"
expect_runs 0
unset DOCKER_HOST
expect_exit 0 gate check
expect_exit 0 gate status
expect_text "has passed on this tree"
gate uninstall
expect_exit 0 gate status
expect_text "gate install"
git switch -q master
commit three x "Three"
expect_exit 0 gate status
expect_text direct-push
