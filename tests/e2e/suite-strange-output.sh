#!/bin/sh
# Output of any bytes and one endless line come out harmless and short, and the whole is in the log.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_tests 'head -c 30000 /dev/urandom; printf "\033[2J\r\b\000\n"; head -c 30000000 /dev/zero | tr "\000" x; printf "the end\n"; exit 1'
for source in 'compose = "docker-compose.yml"
service = "api"' 'build = "api"'; do
    the_suite "$source"
    save "Strange output"
    run_suite pipe
    expect_red "strange output"
    expect_plain "$out"
    [ "$(wc -c <"$out")" -lt 400000 ] || fail "$(wc -c <"$out") bytes are on the terminal"
    log=$(sed -n 's/^ *log *//p' "$out")
    [ "$(wc -c <"$log")" -gt 30030000 ] || fail "not all of it is in the log"
done
nothing_is_left
