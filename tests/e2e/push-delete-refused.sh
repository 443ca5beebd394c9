#!/bin/sh
# A protected branch can't be deleted; others can.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
smuggle origin master:staging master:feature
expect_exit 1 git push origin :staging
expect_text "deletion  refs/heads/staging"
expect_same "staging on the remote" "$(oid master)" "$(remote_tip staging)"
expect_exit 0 git push origin --delete feature
expect_same "feature on the remote" none "$(remote_tip feature)"
