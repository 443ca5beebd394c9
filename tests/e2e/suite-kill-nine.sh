#!/bin/sh
# gate, whoever has started it, or the docker program that builds for it, killed outright: soon nothing is left.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

child_named() { # process words -> a process below it with these words
    for child_ in $(pgrep -P "$1"); do
        if tr '\0' ' ' <"/proc/$child_/cmdline" 2>/dev/null | grep -q "$2"; then
            echo "$child_"
        else
            child_named "$child_" "$2"
        fi
    done
}
builds() {
    client=$(child_named "$(group_of run)" '^docker build\|/docker build\|buildx')
    [ -n "$client" ]
}

new_project
the_image
the_suite "image = \"$image\"" 'shards = 2' 'run = ["hold"]'
save "Two containers that wait"
start_suite run pipe
wait_for_hold 2
kill -KILL "$(group_of run)"
finish_suite run
nothing_is_left
expect_same "verdicts" "" "$(find .git/gate/verdicts -type f 2>/dev/null)"

start_suite run hook
wait_for_hold 2
parent=$(group_of run)
gate=$(child_named "$parent" 'hook pre-push')
kill -KILL "$parent" # git
finish_suite run
# shellcheck disable=SC2046 # a list
let_go $(held)
wait_until 30 ended_ "$gate" || fail "gate goes on for ever"
nothing_is_left

echo 'RUN hold' >>api/Dockerfile
the_suite 'build = "api"'
save "A build that takes its time"
start_suite run pipe
wait_for_hold 1
builds || fail "who builds?"
kill -KILL "$client"
finish_suite run
[ "$status" -ne 0 ] || fail "a build that was killed has passed"
nothing_is_left
