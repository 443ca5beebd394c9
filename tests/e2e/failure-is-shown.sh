#!/bin/sh
# A failed suite is named with its exit code, its last lines and the path of the whole log.
# shellcheck disable=SC2016 # the shell in the container expands it
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
add_suite tests sh -c 'for i in $(seq 500); do echo "line $i"; done; echo "the last words"; exit 42'
git add -A
git commit -q -m "A suite"
expect_exit 1 git push origin HEAD:refs/heads/feature
expect_text "suite tests failed"
expect_text 42
expect_text "| the last words"
expect_no_text "line 1 "
log=$(sed -n 's/^ *log *//p' "$out")
expect_text "line 1" "$log"
expect_text "line 500" "$log"
expect_text "the last words" "$log"
expect_nothing_left
