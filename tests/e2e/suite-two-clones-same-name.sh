#!/bin/sh
# Way 6: two clones with the same name; the one with failing tests does not get the other one's images and verdict.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project_in good
new_project_in bad
echo bad >api/verdict
echo 'RUN hold' >>nginx/Dockerfile # the run stands still here, when api has been built
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'all = true'
save "Bad"
start_suite bad pty
wait_for_hold 1
building=$(held)
cd "$T/good/$app"
run_suite pty
expect_green "the good clone"
let_go "$building"
finish_suite bad
expect_red "the bad clone"
nothing_is_left
