#!/bin/sh
# Way 3: what counts is how the test ended, not that it was started.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_suite 'build = "api"'
the_tests 'echo "ImportError: Start directory is not importable"; exit 1'
save "Tests that can not even be found"
run_suite detached
expect_red "a commit whose tests end with 1"
expect_text "ImportError"
expect_text "exit code 1"
nothing_is_left
