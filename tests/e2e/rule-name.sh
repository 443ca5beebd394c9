#!/bin/sh
# name: the short name of a new branch or tag; those that are there already, and deletions, are not asked.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_policy <<'POLICY'
schema = 1

[[branch]]
match = ["**"]
name = '^(master|(feature|fix)/[a-z0-9-]+)$'

[[tag]]
match = ["**"]
name = '^v[0-9]+$'
POLICY
smuggle origin master:refs/heads/Old
commit two two "Two"
refused name origin HEAD:refs/heads/feature/New
expect_text 'the name of the new branch feature/New does not match'
refused name origin HEAD:refs/heads/my/feature/new
let_through origin HEAD:refs/heads/feature/new
let_through origin HEAD:Old
let_through origin :Old
git tag version1
git tag v1
refused name origin version1
expect_text 'the name of the new tag version1 does not match'
let_through origin v1
