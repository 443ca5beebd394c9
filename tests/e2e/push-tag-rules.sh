#!/bin/sh
# [[tag]] blocks: a tag may be made, but neither moved nor deleted; plain and annotated.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[tag]]
match = ["v*"]
allow = ["create"]
POLICY
git tag v1
git tag -a -m "Two" v2
expect_exit 0 git push origin v1 v2
commit file two "Two"
git tag -f v1
git tag -f -a -m "Two, moved" v2
expect_exit 1 git push -f origin v1
expect_text "force-push  refs/tags/v1"
expect_exit 1 git push -f origin v2
expect_text "force-push  refs/tags/v2"
expect_exit 1 git push origin :v1
expect_text "deletion  refs/tags/v1"
git tag other
expect_exit 0 git push origin other
git tag -f other HEAD~1
expect_exit 0 git push -f origin other
