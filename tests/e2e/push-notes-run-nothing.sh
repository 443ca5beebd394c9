#!/bin/sh
# Notes are no code: pushing them runs no suite.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git notes add -m "A note" HEAD
no_engine
expect_exit 0 git push origin refs/notes/commits
expect_runs 0
