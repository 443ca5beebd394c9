#!/bin/sh
# gate log shows the runs of this repository, newest first, and each with its whole log.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" "run = ['sh', '-c', 'printf \"\\033[31mred\\033[0m\\n\"; cat api/verdict; grep -q good api/verdict']"
save "A suite"
expect_exit 0 gate log
run_suite pipe
expect_green "a good commit"
commit api/verdict bad "Bad"
run_suite pipe
expect_red "a bad commit"
expect_exit 0 gate log
expect_text passed
expect_text failed
expect_text "$(git rev-parse --short=7 HEAD)"
expect_same "runs" 2 "$(grep -c 'api' "$out")"
grep -n 'api' "$out" | head -n 1 | grep -q failed || fail "the newest run is not the first"
id=$(grep api "$out" | grep failed | awk '{ print $1 }')
expect_exit 0 gate log "$id"
expect_text "bad"
expect_text "red"
expect_plain "$out"
expect_exit 0 gate log --json
expect_text '"api"'
python3 -c 'import json, sys; json.load(sys.stdin)' <"$out" || fail "that is no JSON"
expect_exit 2 gate log nosuchrun
nothing_is_left
