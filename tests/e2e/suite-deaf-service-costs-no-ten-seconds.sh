#!/bin/sh
# Way 15: a service that ignores TERM is not waited for.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

timed_run() { # -> sets $took, in seconds
    began=$(date +%s)
    run_suite pty
    took=$(($(date +%s) - began))
    expect_green "a good commit"
}

new_project
cp api/serve "$T/polite"
printf 'trap "" TERM\nwhile :; do sleep 0.1; done\n' >api/serve
save "A service that ignores TERM"
timed_run
deaf=$took
cp "$T/polite" api/serve
save "A service that does not"
timed_run
[ "$deaf" -lt $((took + 8)) ] || fail "it took $deaf s instead of $took s: it was waited for"
nothing_is_left
