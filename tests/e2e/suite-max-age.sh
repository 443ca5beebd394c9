#!/bin/sh
# A pass that is older than max_age does not count any more.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" 'max_age = "1d"' 'run = ["echo", "tested"]'
save "A day"
run_suite pipe
expect_green "a good commit"
run_suite pipe
expect_text "passed before"
expect_runs 1 api
verdict=$(find .git/gate/verdicts -name '*.json')
sed -i 's/"[0-9]\{4\}-\([0-9][0-9]-[0-9][0-9]T\)/"2021-\1/g' "$verdict"
grep -q '"2021-' "$verdict" || fail "the verdict tells no time: $(cat "$verdict")"
run_suite pipe
expect_green "the same commit, much later"
expect_no_text "passed before"
expect_runs 2 api
the_suite "image = \"$image\"" 'run = ["echo", "tested"]'
save "Without an end"
verdict=$(find .git/gate/verdicts -name '*.json')
sed -i 's/"[0-9]\{4\}-\([0-9][0-9]-[0-9][0-9]T\)/"2021-\1/g' "$verdict"
run_suite pipe
expect_runs 3 api
# shellcheck disable=SC2046 # a list
verdict=$(grep -L '"2021-' $(find .git/gate/verdicts -name '*.json'))
sed -i 's/"[0-9]\{4\}-\([0-9][0-9]-[0-9][0-9]T\)/"2021-\1/g' "$verdict"
run_suite pipe
expect_text "passed before"
nothing_is_left
