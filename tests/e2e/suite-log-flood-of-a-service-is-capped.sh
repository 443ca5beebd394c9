#!/bin/sh
# What a service says while the test runs is kept by the Engine within bounds.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_tests 'hold'
save "A test that takes its time"
start_suite run pipe
wait_for_hold 1
container=$(held)
docker inspect -f '{{json .HostConfig.LogConfig}}' "$container" >"$T/logging"
let_go "$container"
finish_suite run
cat "$T/logging"
grep -q '"Type":"\(local\|none\)"\|max-size' "$T/logging" || fail "the Engine would keep all that the service says"
