#!/bin/sh
# Way 7: two clones with the same name; when one is done, the other one's test goes on.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project_in quick
new_project_in slow
the_tests 'hold'
save "A test that takes its time"
start_suite slow pty
wait_for_hold 1
slow=$(held)
cd "$T/quick/$app"
run_suite pty
expect_green "the quick clone"
let_go "$slow"
finish_suite slow
expect_green "the slow clone"
nothing_is_left
