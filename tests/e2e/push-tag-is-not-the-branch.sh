#!/bin/sh
# A tag that is called like a protected branch is not that branch, and the other way round.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["staging"]
allow = []
[[tag]]
match = ["v1"]
allow = []
POLICY
git tag staging
expect_exit 0 git push origin refs/tags/staging
expect_exit 1 git push origin master:refs/heads/staging
expect_exit 0 git push origin master:refs/heads/v1
expect_exit 1 git push origin master:refs/tags/v1
