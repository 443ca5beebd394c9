#!/bin/sh
# Every suite that fails is named, and one that fails does not keep the others from running.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
add_suite first sh -c 'echo words of the first; exit 1'
add_suite second true
add_suite third sh -c 'echo words of the third; exit 1'
git add -A
git commit -q -m "Suites"
expect_exit 1 git push origin HEAD:refs/heads/feature
expect_text "suite first failed"
expect_text "| words of the first"
expect_text "suite second passed"
expect_text "suite third failed"
expect_text "| words of the third"
