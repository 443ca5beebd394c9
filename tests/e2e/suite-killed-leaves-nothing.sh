#!/bin/sh
# Way 10: a run that is killed or interrupted in its test leaves no container, no network, no port.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'all = true'
the_tests 'hold'
save "A test that takes its time"
for signal in KILL TERM INT; do
    start_suite run pty
    wait_for_hold 1
    kill_suite "$signal" run
    finish_suite run
    [ "$status" -ne 0 ] || fail "a run that got $signal has passed"
    expect_gone_within 20
done
