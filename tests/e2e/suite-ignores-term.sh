#!/bin/sh
# A test that ignores every signal is ended all the same, and costs nobody ten seconds: at its timeout, and at an interrupt.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" 'timeout = "2s"' "run = ['sh', '-c', 'trap \"\" TERM INT HUP; while :; do sleep 0.1; done']"
save "A test without end"
began=$(date +%s)
run_suite pipe
took=$(($(date +%s) - began))
expect_red "a test without end"
expect_text "suite api timed out"
[ "$took" -lt 10 ] || fail "it took $took s to end a suite of 2 s"
nothing_is_left
the_suite "image = \"$image\"" "run = ['sh', '-c', 'trap \"\" TERM INT HUP; hold']"
save "A test that waits"
start_suite run pipe
wait_for_hold 1
began=$(date +%s)
kill_suite INT run
finish_suite run
took=$(($(date +%s) - began))
expect_same "exit code" 130 "$status"
[ "$took" -lt 8 ] || fail "it took $took s to heed an interrupt"
nothing_is_left
expect_nothing_left
