#!/bin/sh
# Everything that a push breaks is said in one go.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = ["merge"]
[[branch]]
match = ["staging", "release/*"]
allow = ["merge"]
[[tag]]
match = ["v*"]
allow = []
POLICY
smuggle origin master:staging
commit file two "Two"
git tag v1
expect_exit 1 git push origin master :staging master:release/1 v1
expect_text "direct-push  refs/heads/master"
expect_text "deletion  refs/heads/staging"
expect_text "creation  refs/heads/release/1"
expect_text "creation  refs/tags/v1"
