#!/bin/sh
# Way 11: a run that is killed while its services are brought up leaves none of them, started or not.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

is_starting() { [ -n "$(containers)" ]; }

new_project
# nginx is never healthy, so api is never started.
the_services "  api:" "    build: ./api" "    depends_on: {nginx: {condition: service_healthy}}" \
    "  nginx:" "    build: ./nginx" "    healthcheck: {test: ['CMD', 'false'], interval: 1s, retries: 1000}"
save "A service that nobody sees healthy"
start_suite run pty
wait_until 60 is_starting || fail "nothing was started"
kill_suite KILL run
finish_suite run
expect_gone_within 20
