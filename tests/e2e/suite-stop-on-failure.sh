#!/bin/sh
# With on_failure = "stop" the first failure ends what else runs, which is then neither passed nor failed; nothing waits for it.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
printf '%s\n' 'schema = 1' '[run]' 'parallel = 2' 'on_failure = "stop"' \
    '[suite.bad]' "image = \"$image\"" "run = ['sh', '-c', 'touch /bad; hold; exit 1']" \
    '[suite.slow]' "image = \"$image\"" 'run = ["hold"]' 'timeout = "10m"' >gate.toml
save "One that fails, and one without end"
start_suite run pipe
wait_for_hold 2
for container in $(held); do
    ! docker exec "$container" test -e /bad 2>/dev/null || let_go "$container"
done
finish_suite run
expect_red "a failure beside another suite"
expect_text "suite bad failed"
expect_text "suite slow stopped"
expect_no_text "suite slow failed"
expect_same "verdicts" "" "$(find .git/gate/verdicts -type f 2>/dev/null)"
nothing_is_left
expect_nothing_left
