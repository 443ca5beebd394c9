#!/bin/sh
# A gate that was killed can not clean up: its watchdog does, at once. The private checkout goes with the next run.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
printf 'trap "" TERM INT HUP\nwhile :; do sleep 0.1; done\n' >api/serve
the_tests 'trap "" TERM INT HUP; hold'
for source in 'compose = "docker-compose.yml"
service = "api"' 'build = "api"'; do
    the_suite "$source"
    save "A test that takes its time, and is deaf"
    start_suite run pipe
    wait_for_hold 1
    kill -KILL "$(group_of run)"
    finish_suite run
    expect_same "exit code" 137 "$status"
    nothing_is_left
    expect_same "verdicts" "" "$(find .git/gate/verdicts -type f 2>/dev/null)"
done
the_tests 'true'
save "A test that passes"
run_suite pipe
expect_green "a good commit"
nothing_is_left
expect_nothing_left
