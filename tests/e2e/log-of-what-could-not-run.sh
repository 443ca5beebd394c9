#!/bin/sh
# A suite that could not run shows the last lines of its log, and where it is: there the reason stands.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_suite 'image = "127.0.0.1:1/none:1"' 'run = ["true"]'
save "An image that nobody has"
run_suite pipe
expect_same "exit code" 3 "$status"
expect_text "suite api could not run"
log=$(sed -n 's/^    log   //p' "$out")
[ -s "$log" ] || fail "no log is named"
grep -q '^    | .*127\.0\.0\.1:1' "$out" || fail "its last lines are not shown"
nothing_is_left
