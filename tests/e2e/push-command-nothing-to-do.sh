#!/bin/sh
# Nothing to push: git's own words, and its exit code.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
no_engine
expect_exit 0 gate push origin master
expect_text "Everything up-to-date"
