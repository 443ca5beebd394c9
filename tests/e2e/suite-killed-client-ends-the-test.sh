#!/bin/sh
# Way 12: when whoever waits for the test is killed, the test does not run on in its container.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

seconds=7$(($$ % 100000)) # a sleep that is nobody else's
test_process() { pgrep -x -f "sleep $seconds" >/dev/null; }
no_test_process() { ! test_process; }

new_project
printf 'trap "" TERM\nwhile :; do sleep 1; done\n' >api/serve
the_tests "exec sleep $seconds"
save "A test that takes its time"
start_suite run pty
wait_until 60 test_process || fail "the test was not started"
case $under_test in
gate) client=$(group_of run) ;;
*) client=$(pgrep -g "$(group_of run)" -f "^docker exec") ;;
esac
kill -KILL "$client"
wait_until 6 no_test_process || fail "the test runs on"
finish_suite run
expect_gone_within 20
