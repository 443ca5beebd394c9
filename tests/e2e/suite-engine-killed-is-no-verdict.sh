#!/bin/sh
# Way 13: an Engine that dies in a run says nothing about the commit; and when it is back, nothing is left in it.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

own_engine
new_project
the_tests 'hold'
save "A test that takes its time"
start_suite run pty
wait_for_hold 1
kill -KILL "$(own_dockerd)"
finish_suite run
expect_same "exit code" 3 "$status"
expect_text "could not run"
expect_same "verdicts" "" "$(find .git/gate/verdicts -type f 2>/dev/null)"
start_own_dockerd
expect_gone_within 90
