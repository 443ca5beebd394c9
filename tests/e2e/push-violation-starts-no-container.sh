#!/bin/sh
# Violations are found before any container is started: no Engine is needed to refuse.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
commit file two "Two"
no_engine
expect_exit 1 git push origin master
expect_text direct-push
expect_no_text nowhere
judge 1 "refs/heads/master $(oid HEAD) refs/heads/master $(oid HEAD~1)" "refs/heads/a $(oid HEAD) refs/heads/a $zeros"
expect_runs 0
expect_nothing_left
