#!/bin/sh
# Packed objects and refs, a commit-graph and a multi-pack-index change nothing.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
smuggle origin master:development master:staging
for i in 1 2 3 4 5; do commit "file$i" "$i" "Commit $i"; done
smuggle origin master:development
git pack-refs --all
git gc -q
git commit-graph write --reachable
git multi-pack-index write
expect_exit 1 git push origin master
expect_text "5 commits would land straight on master"
expect_exit 0 git push origin master:staging
