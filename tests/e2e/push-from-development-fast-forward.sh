#!/bin/sh
# staging may be moved forward to what development has on the remote, and not beyond.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
smuggle origin master:development master:staging
git switch -q -c development
commit file two "Two"
expect_exit 1 git push origin development:staging
expect_exit 0 git push origin development
expect_exit 0 git push origin development~0:staging
expect_same "staging on the remote" "$(oid HEAD)" "$(remote_tip staging)"
commit file three "Three"
expect_exit 1 git push origin development:staging
