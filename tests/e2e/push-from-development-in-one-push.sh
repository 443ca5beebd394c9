#!/bin/sh
# An update that the same push admits counts: development and staging go together, in either order.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
smuggle origin master:development master:staging
git switch -q -c development
commit file two "Two"
git branch staging
expect_exit 0 git push origin development staging
commit file three "Three"
git branch -f staging
expect_exit 0 git push origin staging development
expect_same "staging on the remote" "$(oid HEAD)" "$(remote_tip staging)"
