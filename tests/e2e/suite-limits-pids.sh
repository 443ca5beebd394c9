#!/bin/sh
# A fork bomb stays within its container: the suite fails, and this machine has room for more processes.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

most_processes=0
count() { # of the containers' processes; keeps the most
    for container in $(containers); do
        now=$(docker top "$container" -o pid 2>/dev/null | sed 1d | wc -l)
        [ "$now" -le "$most_processes" ] || most_processes=$now
    done
}
has_ended_after_a_count() {
    count
    ! kill -0 "-$(cat "$T/run.group")" 2>/dev/null
}

new_project
the_image
the_tests 'bomb() { bomb | bomb & bomb | bomb; }; bomb; exit 1'
for source in 'compose = "docker-compose.yml"
service = "api"' "image = \"$image\"
run = [\"python\", \"api/manage.py\", \"test\"]"; do
    the_suite "$source" 'pids = 40' 'timeout = "6s"'
    save "A fork bomb"
    start_suite run pipe
    group_of run >/dev/null
    wait_until 40 has_ended_after_a_count || fail "it does not end"
    finish_suite run
    expect_red "a fork bomb"
    [ "$most_processes" -le 41 ] || fail "$most_processes processes were there, of 40" # docker-init is one
done
nothing_is_left
expect_nothing_left
