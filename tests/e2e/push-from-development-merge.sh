#!/bin/sh
# staging takes merges of what development has on the remote.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
smuggle origin master:development master:staging
git switch -q -c development
commit file two "Two"
expect_exit 0 git push origin development
git switch -q -c staging origin/staging
git merge -q --no-ff -m "Merge development" development
expect_exit 0 git push origin staging
expect_same "staging on the remote" "$(oid HEAD)" "$(remote_tip staging)"
