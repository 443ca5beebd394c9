#!/bin/sh
# An image whose content is known is not built again: no docker program is started at all.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
for source in 'build = "api"' 'compose = "docker-compose.yml"
service = "api"'; do
    the_suite "$source"
    save "Built"
    run_suite pipe
    expect_green "a good commit"
    commit nginx/file "$source" "A change elsewhere"
    run_suite_spied pipe docker
    expect_green "a change elsewhere"
    expect_same "docker programs" "" "$(cat "$T/calls")"
    grep -q 'unchanged since it was built' .git/gate/logs/*-api.log || fail "the log does not say so"
done
commit api/verdict bad "A change that is bad"
run_suite pipe
expect_red "a bad commit"
commit api/verdict good "Mended"
run_suite pipe
expect_green "a mended commit"
nothing_is_left
