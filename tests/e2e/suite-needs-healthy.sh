#!/bin/sh
# The run begins when a service that the suite needs is healthy, and not before.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_services "  api:" "    build: ./api" "    depends_on: [nginx]" \
    "  nginx:" "    build: ./nginx" "    healthcheck: {test: ['CMD', 'test', '-e', 'ready'], interval: 1s, retries: 1000}"
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'needs = [{ service = "nginx", healthy = true }]'
the_tests 'wget -q -O- http://nginx/ready && echo "nginx is ready"'
save "A service that takes its time"
start_suite run pipe
wait_until 60 says run 'waiting for service "nginx" to be healthy' || fail "it does not wait: $(cat "$T/run.out")"
docker exec "$(container_of nginx)" touch ready
finish_suite run
expect_green "a good commit"
expect_logged "nginx is ready"
nothing_is_left
