#!/bin/sh
# A push that only deletes has no tree: no suite runs, no Engine is needed.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
smuggle origin master:old
no_engine
expect_exit 0 git push origin :old
expect_runs 0
