#!/bin/sh
# A replace ref shows other parents to git's own commands; the judgement sees the commits that leave.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
commit file two "Two"
git switch -q -c side HEAD~1
commit other x "Side"
git replace --graft master "$(oid origin/master)" "$(oid side)"
git switch -q master
expect_same "parents as shown" 3 "$(git rev-list --parents -n 1 master | wc -w)"
expect_exit 1 git push origin master
expect_text direct-push
