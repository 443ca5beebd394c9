#!/bin/sh
# Gate and its watchdog killed: the next run takes away what they have left, and nothing that belongs to a living run.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

is_gone() { ! docker inspect "$1" >/dev/null 2>&1; } # container

new_project
the_tests 'hold'
save "A test that takes its time"
start_suite killed pipe
wait_for_hold 1
orphan=$(held)
gate=$(group_of killed)
watchdog=$(pgrep -P "$gate" -x gate-watchdog) || fail "there is no watchdog"
kill -KILL "$watchdog"
kill -KILL "$gate"
finish_suite killed
start_suite living pipe
wait_until 60 is_gone "$orphan" || fail "the next run has left the dead one's container"
wait_for_hold 1
living=$(held)
the_tests 'true'
save "A test that passes"
run_suite pipe
expect_green "a good commit"
expect_same "the living run's container" "$living" "$(held)"
let_go "$living"
finish_suite living
expect_green "the living run"
nothing_is_left
expect_nothing_left
