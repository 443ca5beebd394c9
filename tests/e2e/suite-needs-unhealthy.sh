#!/bin/sh
# A service that turns out unhealthy, or ends, or never says how it is, while the suite waits for it: a failure that names it, with its last words.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
printf 'echo "no luck today"\n%s\n' "$(cat nginx/serve)" >nginx/serve
services() { # how nginx is looked after
    the_services "  api:" "    build: ./api" "    depends_on: [nginx]" "  nginx:" "    build: ./nginx" "$@"
}
services "    healthcheck: {test: ['CMD', 'false'], interval: 1s, retries: 1}"
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'needs = [{ service = "nginx", healthy = true }]'
save "Unhealthy"
run_suite pipe
expect_red "an unhealthy service"
expect_text 'service "nginx" is unhealthy'
expect_text "| no luck today"
services
save "Nobody looks"
run_suite pipe
expect_red "a service without a healthcheck"
expect_text 'service "nginx" has no healthcheck, so it will never be healthy'
printf 'echo "no luck today"\nexit 5\n' >nginx/serve
services "    healthcheck: {test: ['CMD', 'false'], interval: 1s, retries: 1000}"
save "It ends"
run_suite pipe
expect_red "a service that ends"
expect_text 'service "nginx" ended with exit code 5'
nothing_is_left
