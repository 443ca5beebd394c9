#!/bin/sh
# On a terminal there is a line for each suite that runs, and one stays for each that has ended. With NO_COLOR, on a dumb terminal and in a
# pipe no escape code is sent.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

esc=$(printf '\033')

run_both() { # way
    start_suite both "$1"
    wait_for_hold 2
    sleep 1
    # shellcheck disable=SC2046 # each is a word
    let_go $(held)
    finish_suite both
    expect_green "two good suites"
}

new_project
the_image
the_suite "image = \"$image\"" 'run = ["hold"]' 'reusable = false'
printf '%s\n' '[suite.web]' "image = '$image'" 'run = ["hold"]' 'reusable = false' 'timeout = "90s"' \
    '[run]' 'parallel = 2' >>gate.toml
save "Two suites"
run_both terminal
expect_text "${esc}[1A"
for suite in api web; do
    grep -q "gate: $suite  [0-9.]* s  *running hold" "$out" || fail "there is no running line of $suite"
    grep -q "gate: $suite  passed in [0-9.]* s" "$out" || fail "no line of $suite stays"
done
run_both terminal
grep -q "gate: api  [0-9.]* s of about [0-9.]* s " "$out" || fail "the usual duration is not told"
NO_COLOR=1
export NO_COLOR
run_both terminal
expect_no_text "$esc"
expect_text "and 1 more"
unset NO_COLOR
TERM=dumb
run_both terminal
expect_no_text "$esc"
TERM=xterm
run_both pipe
expect_plain "$out"
for suite in api web; do
    expect_text "gate: $suite: running hold"
    grep -q "^gate: $suite: passed in [0-9.]* s$" "$out" || fail "the end of $suite is not told"
done
nothing_is_left
