#!/bin/sh
# INT, TERM and HUP end a run at once, with exit code 130; soon nothing of it is left.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

interrupted() { # signal
    start_suite run pipe
    wait_for_hold 1
    began=$(date +%s)
    kill_suite "$1" run
    finish_suite run
    took=$(($(date +%s) - began))
    expect_same "exit code after $1" 130 "$status"
    nothing_is_left
    expect_nothing_left
    expect_same "verdicts" "" "$(find .git/gate/verdicts -type f 2>/dev/null)"
    [ "$took" -lt 8 ] || fail "it took $took s to heed $1"
}

new_project
printf 'trap "" TERM INT HUP\nwhile :; do sleep 0.1; done\n' >api/serve
the_tests 'trap "" TERM INT HUP; hold'
save "A test that takes its time, and is deaf"
interrupted INT
interrupted TERM
interrupted HUP
the_suite 'build = "api"'
save "The same, of one image"
interrupted INT
