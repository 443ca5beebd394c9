#!/bin/sh
# On a terminal a running line shows the step and the time; NO_COLOR keeps it plain. Elsewhere there are plain lines.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

esc=$(printf '\033')
cr=$(printf '\r')

new_project
commit api/verdict bad "Bad"
run_suite terminal
expect_red "a bad commit"
expect_text "${cr}gate: api  "
grep -q "gate: api  [0-9.]* s  building" "$out" || fail "no running line shows a step and its time"
expect_text "${esc}[31m"
NO_COLOR=1
export NO_COLOR
run_suite terminal
expect_text "${cr}gate: api  "
expect_no_text "$esc"
unset NO_COLOR
run_suite pipe
expect_plain "$out"
expect_text "gate: api: starting"
nothing_is_left
