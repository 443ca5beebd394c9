#!/bin/sh
# Way 8: two runs in one clone do not share a container, nor remove each other's.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_tests 'mkdir /alone || { echo "somebody else tests in here"; exit 1; }; hold'
save "A test that wants to be alone"
start_suite first pty
wait_for_hold 1
commit another file "Another tree: of the same one the second run would wait for the first"
start_suite second pty
wait_for_hold 2
# shellcheck disable=SC2046 # a list
let_go $(held)
finish_suite first
expect_green "the first run"
finish_suite second
expect_green "the second run"
nothing_is_left
