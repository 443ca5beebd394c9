#!/bin/sh
# The arguments are git push's own: refspecs, options, defaults, a remote's push setting, in a subfolder.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
mkdir sub
commit sub/file two "Two"
cd sub
expect_exit 0 gate push --set-upstream origin feature
expect_same "upstream" origin/feature "$(git rev-parse --abbrev-ref '@{upstream}')"
commit file three "Three"
expect_exit 0 gate push
expect_same "feature on the remote" "$(oid HEAD)" "$(remote_tip feature)"
git commit -q --amend -m "Three, again"
expect_exit 0 gate push --force-with-lease
expect_same "feature on the remote" "$(oid HEAD)" "$(remote_tip feature)"
git tag v1
expect_exit 0 gate push --tags --dry-run
expect_same "v1 on the remote" none "$(remote_tip refs/tags/v1)"
expect_exit 0 gate push --tags
expect_same "v1 on the remote" "$(oid HEAD)" "$(remote_tip refs/tags/v1)"
expect_exit 0 gate push origin :feature
expect_same "feature on the remote" none "$(remote_tip feature)"
git config remote.origin.push HEAD:refs/heads/configured
expect_exit 0 gate push
expect_same "configured on the remote" "$(oid HEAD)" "$(remote_tip configured)"
