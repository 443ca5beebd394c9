#!/bin/sh
# Each side passes by itself and the merge does not: it is the merge that is tested, and nothing is pushed.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
add_suite tests sh -c 'echo looking; test ! -e one || test ! -e other'
git add -A
git commit -q -m "A suite"
smuggle origin master
git switch -q -c feature
commit one 1 "One"
expect_exit 0 gate push -q origin feature
git switch -q master
colleague_commits other 2 "The other"
before=$(remote_tip master)
expect_exit 1 gate land feature
expect_text "tests"
expect_same "master on the remote" "$before" "$(remote_tip master)"
expect_runs 2
expect_nothing_left
