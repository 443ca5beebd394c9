#!/bin/sh
# A symref that stands for master is pushed as git resolves it, and judged by where it goes.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git symbolic-ref refs/heads/alias refs/heads/master
commit file two "Two"
before=$(remote_tip master)
git push origin alias || :
expect_same "master on the remote" "$before" "$(remote_tip master)"
