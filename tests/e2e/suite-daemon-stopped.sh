#!/bin/sh
# An Engine that stops answering in the middle of a single container's run: exit code 3 in bounded time, no verdict; nothing is left when it goes on.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

own_engine
new_project
the_suite 'build = "api"' 'timeout = "10m"'
the_tests 'hold'
save "A test that takes its time"
start_suite run pipe
wait_for_hold 1
kill -STOP "$(own_dockerd)"
began=$(date +%s)
finish_suite run
took=$(($(date +%s) - began))
kill -CONT "$(own_dockerd)"
expect_same "exit code" 3 "$status"
expect_text "hangs"
[ "$took" -lt 60 ] || fail "it took $took s to give up"
expect_same "verdicts" "" "$(find .git/gate/verdicts -type f 2>/dev/null)"
expect_gone_within 60
expect_nothing_left
