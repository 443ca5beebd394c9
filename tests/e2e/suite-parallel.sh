#!/bin/sh
# Suites run beside each other, as many as [run] says.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

two_suites() { # lines of [run]
    printf '%s\n' 'schema = 1' '[run]' "$@" >gate.toml
    for name in one two; do
        printf '%s\n' "[suite.$name]" "image = \"$image\"" 'run = ["hold"]' 'timeout = "90s"' >>gate.toml
    done
}
is_another() { # than this container
    another=$(held)
    [ -n "$another" ] && [ "$another" != "$1" ]
}

new_project
the_image
two_suites 'parallel = 2'
save "Two at once"
start_suite run pipe
wait_for_hold 2
# shellcheck disable=SC2046 # a list
let_go $(held)
finish_suite run
expect_green "two suites at once"
two_suites 'parallel = 1'
save "One after the other"
start_suite run pipe
wait_for_hold 1
first=$(held)
expect_same "containers at once" "$first" "$(containers)"
let_go "$first"
wait_until 30 is_another "$first" || fail "the second suite was not started"
expect_same "containers at once" "$another" "$(docker ps -q --no-trunc --filter "label=$label" --filter status=running | cut -c 1-12 | grep -v "$first")"
let_go "$another"
finish_suite run
expect_green "two suites, one after the other"
nothing_is_left
expect_nothing_left
