#!/bin/sh
# A service that ends instead of serving is named, with its exit code and its last words.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
printf 'echo "no database"\nexit 3\n' >api/serve
save "A service that ends at once"
run_suite pipe
expect_red "a service that ended"
expect_text 'service "api" ended'
expect_text "exit code 3"
expect_text "| no database"
nothing_is_left
printf 'sleep 2\necho "gone away"\nexit 4\n' >api/serve
the_tests 'sleep 100'
save "A service that ends during the test"
run_suite pipe
expect_red "a service that ended"
expect_text 'service "api" ended during the test with exit code 4'
nothing_is_left
