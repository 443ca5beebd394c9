#!/bin/sh
# An Engine that hangs is named, with exit code 3, in bounded time.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

own_engine
new_project
kill -STOP "$(own_dockerd)"
began=$(date +%s)
run_suite pipe
took=$(($(date +%s) - began))
expect_same "exit code" 3 "$status"
expect_text "hangs"
[ "$took" -lt 45 ] || fail "it took $took s to give up"
expect_nothing_left
