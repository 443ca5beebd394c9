#!/bin/sh
# The run begins when a service that the suite needs listens at its port, and not before.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
# shellcheck disable=SC2016 # of the image
printf '%s\n' 'trap "exit 0" TERM' 'until [ -e /go ]; do sleep 0.1; done' 'httpd -p 8080 -h /usr/src/app' 'while :; do sleep 0.1; done' >nginx/serve
echo good >nginx/verdict
the_services "  api:" "    build: ./api" "    depends_on: [nginx]" "  nginx:" "    build: ./nginx"
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'needs = [{ service = "nginx", port = 8080 }]'
the_tests 'wget -q -O- http://nginx:8080/verdict'
save "A service that takes its time"
start_suite run pipe
wait_until 60 says run 'waiting for service "nginx" to listen at port 8080' || fail "it does not wait: $(cat "$T/run.out")"
let_go "$(container_of nginx)"
finish_suite run
expect_green "a good commit"
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'needs = [{ service = "nginx", port = 8081 }]' 'timeout = "3s"'
printf '%s\n' 'echo "no port today"' 'exec httpd -f -p 8080' >nginx/serve
save "Another port"
run_suite pipe
expect_red "a port where nobody listens"
expect_text 'the suite waited for service "nginx" to listen at port 8081'
expect_text "no port today"
nothing_is_left
