#!/bin/sh
# A tag that no block mentions is pushed once the suites have passed on its commit.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
commit verdict bad "Bad"
git tag -a -m "Bad" v1
expect_exit 1 git push origin v1
expect_text "suite tests failed"
git tag v2 HEAD~1
expect_exit 0 git push origin v2
no_engine
expect_exit 0 git push origin v2:refs/tags/v3
expect_runs 2
