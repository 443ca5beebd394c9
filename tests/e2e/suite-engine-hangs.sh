#!/bin/sh
# An Engine that hangs, before or in a run, is an end with exit code 3 in bounded time; when it goes on, nothing is left in it.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

bounded() { # seconds
    took=$(($(date +%s) - began))
    expect_same "exit code" 3 "$status"
    expect_text "could not run"
    [ "$took" -lt "$1" ] || fail "it took $took s to give up"
}

own_engine
new_project
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'timeout = "10m"'
the_tests 'hold'
save "A test that takes its time"
start_suite run pipe
wait_for_hold 1
kill -STOP "$(own_dockerd)"
began=$(date +%s)
start_suite before pipe
finish_suite before
bounded 45
finish_suite run
bounded 90
kill -CONT "$(own_dockerd)"
expect_gone_within 90
expect_same "verdicts" "" "$(find .git/gate/verdicts -type f 2>/dev/null)"
