#!/bin/sh
# Way 2: whatever shell is there, a commit whose tests fail does not pass.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
commit api/verdict bad "Bad"
run_suite sh
expect_red "a bad commit"
nothing_is_left
