#!/bin/sh
# A good commit passes whatever the work tree looks like: broken, emptied, or on another branch.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
commit more x "More"
echo bad >verdict
expect_exit 0 git push origin feature
expect_same "the work tree" bad "$(cat verdict)"
commit=$(git commit-tree -p HEAD -m "Another tree" "$(git rev-parse 'HEAD~1^{tree}')")
rm -r verdict Dockerfile gate.toml
expect_exit 0 git push origin "$commit:refs/heads/feature"
git reset -q --hard
commit verdict bad "Bad, and checked out"
expect_exit 0 git push origin HEAD~1:refs/heads/other
