#!/bin/sh
# Pass, failure, a build that breaks, a service that does not start: nothing is left, in the Engine or on disk.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'all = true'
save "All services"
run_suite pipe
expect_green "a good commit"
nothing_is_left
expect_nothing_left
commit api/verdict bad "Bad"
run_suite pipe
expect_red "a bad commit"
nothing_is_left
expect_nothing_left
commit nginx/serve "exit 3" "A service that ends at once"
run_suite pipe
nothing_is_left
expect_nothing_left
echo 'RUN false' >>nginx/Dockerfile
save "A build that breaks"
run_suite pipe
expect_red "a commit that does not build"
nothing_is_left
expect_nothing_left
