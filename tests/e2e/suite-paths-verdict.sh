#!/bin/sh
# The verdict of a suite with `paths` is theirs: a commit that changes nothing there runs nothing, one that does is tested.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_suite 'build = "api"' 'paths = ["api"]'
save "Paths"
run_suite pipe
expect_green "a good commit"
expect_runs 1 api
commit nginx/file "a change" "Outside"
run_suite pipe
expect_green "a commit outside of the paths"
expect_text "passed before"
expect_runs 1 api
commit api/file "a change" "Inside"
run_suite pipe
expect_green "a commit inside"
expect_runs 2 api
commit api/verdict bad "Inside, bad"
run_suite pipe
expect_red "a bad commit inside"
nothing_is_left
