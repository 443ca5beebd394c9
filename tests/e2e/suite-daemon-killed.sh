#!/bin/sh
# An Engine that dies in the middle of a single container's run: exit code 3, no verdict; nothing is left when it is back.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

own_engine
new_project
the_suite 'build = "api"'
the_tests 'hold'
save "A test that takes its time"
start_suite run pipe
wait_for_hold 1
kill -KILL "$(own_dockerd)"
finish_suite run
expect_same "exit code" 3 "$status"
expect_text "could not run"
expect_same "verdicts" "" "$(find .git/gate/verdicts -type f 2>/dev/null)"
start_own_dockerd
expect_gone_within 90
expect_nothing_left
