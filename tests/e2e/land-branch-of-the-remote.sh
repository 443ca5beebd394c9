#!/bin/sh
# A branch that is only on the remote lands as it is there; where there is a local one too, that one lands, and who wants the other names it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
commit file changed "A change"
smuggle origin feature
git switch -q master
git branch -q -D feature
git update-ref -d refs/remotes/origin/feature
theirs=$(remote_tip feature)
git branch -q feature master
commit_of_mine=$(git commit-tree -p master -m "Mine" "$(git rev-parse 'master^{tree}')")
git branch -q -f feature "$commit_of_mine"
expect_exit 0 gate land feature
expect_text "note: what lands is the local feature"
expect_text "gate land origin/feature"
expect_same "what landed" "$commit_of_mine" "$(git --git-dir "$T/remote.git" rev-parse 'master^2')"
expect_exit 0 gate land origin/feature
expect_same "what landed" "$theirs" "$(git --git-dir "$T/remote.git" rev-parse 'master^2')"
expect_same "its message" "Merge remote-tracking branch 'origin/feature' into master" "$(git log -1 --format=%s "$(remote_tip master)")"
expect_same "the local feature" "$commit_of_mine" "$(oid feature)"
