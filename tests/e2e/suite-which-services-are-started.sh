#!/bin/sh
# The service and what it depends on; it alone with deps = false; every one with all = true.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

names() { docker ps --filter "label=$label" --format '{{.Label "com.docker.compose.service"}}' | sort | tr '\n' ' '; }

new_project
the_services "  api:" "    build: ./api" "    depends_on: [db]" "  db:" "    build: ./nginx" "  other:" "    build: ./nginx" \
    "  tools:" "    build: ./nginx" "    profiles: [tools]"
the_tests 'hold'
for case in '# no more:api db ' 'deps = false:api ' 'all = true:api db other '; do
    the_suite 'compose = "docker-compose.yml"' 'service = "api"' "${case%%:*}"
    save "${case%%:*}"
    start_suite run pipe
    wait_for_hold 1
    expect_same "services with '${case%%:*}'" "${case#*:}" "$(names)"
    # shellcheck disable=SC2046 # a list
    let_go $(held)
    finish_suite run
    expect_green "a good commit"
    nothing_is_left
done
