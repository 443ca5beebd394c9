#!/bin/sh
# A test that floods its output fills neither the disk nor the terminal.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_tests 'yes "0123456789012345678901234567890123456789012345678901234567890123456789" | head -c 100000000; echo "the last words"; exit 1'
for source in 'compose = "docker-compose.yml"
service = "api"' 'build = "api"'; do
    the_suite "$source"
    save "A flood"
    run_suite pipe
    expect_red "a flood"
    expect_text "the last words"
    [ "$(wc -c <"$out")" -lt 20000 ] || fail "the flood is on the terminal"
    log=$(sed -n 's/^ *log *//p' "$out")
    [ "$(wc -c <"$log")" -lt 70000000 ] || fail "the flood is on the disk"
done
nothing_is_left
