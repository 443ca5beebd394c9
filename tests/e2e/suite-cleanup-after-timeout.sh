#!/bin/sh
# A suite that takes too long is ended and named, and nothing of it is left; a process that ignores TERM is not waited for.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

for source in 'compose = "docker-compose.yml"
service = "api"' 'build = "api"'; do
    [ -d "$T/$app" ] || new_project
    cd "$T/$app"
    printf 'trap "" TERM INT HUP\nwhile :; do sleep 0.1; done\n' >api/serve
    the_tests 'trap "" TERM INT HUP; while :; do sleep 0.1; done'
    the_suite "$source" 'timeout = "8s"'
    save "A test without end"
    began=$(date +%s)
    run_suite pipe
    took=$(($(date +%s) - began))
    expect_red "a test without end"
    expect_text "suite api timed out"
    expect_text "its timeout of 8"
    nothing_is_left
    expect_nothing_left
    [ "$took" -lt 16 ] || fail "it took $took s to end a suite of 8 s"
done
