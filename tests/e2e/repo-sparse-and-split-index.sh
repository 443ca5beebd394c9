#!/bin/sh
# A sparse checkout with a sparse index, and a split index: what is judged and tested is the whole tree.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
add_suite tests sh -c 'cat out/side; grep -q good out/side'
mkdir in out
echo good | tee in/side >out/side
git add -A
git commit -q -m "A suite"
smuggle origin master
git sparse-checkout set --cone --sparse-index in
[ ! -e out ] || fail "the checkout is not sparse"
commit in/more x "More"
expect_exit 1 git push origin master
expect_text direct-push
expect_exit 0 git push origin HEAD:feature
git sparse-checkout disable
git update-index --split-index
commit in/more y "Yet more"
expect_exit 0 git push origin HEAD:feature
expect_runs 2
