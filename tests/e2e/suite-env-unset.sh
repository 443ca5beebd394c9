#!/bin/sh
# A variable of this machine that a suite needs and that is not set: the suite could not run. One that is set counts for the verdict.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" 'env = { TOKEN = "{env:WANTED}" }' "run = ['sh', '-c', '[ \"\$TOKEN\" = one ]']"
save "A variable"
run_suite pipe
expect_same "exit code" 3 "$status"
expect_text "suite api could not run"
expect_text "needs the variable WANTED, which is not set"
expect_text "export WANTED="
expect_runs 0 api
export WANTED=one
run_suite pipe
expect_green "a suite with its variable"
run_suite pipe
expect_text "passed before"
WANTED=another
run_suite pipe
expect_red "a suite with another value"
nothing_is_left
