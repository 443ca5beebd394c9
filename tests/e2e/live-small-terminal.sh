#!/bin/sh
# On a small terminal no running line is longer than it is wide, and there are not more of them than it has.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" 'run = ["sleep", "1"]' 'shards = 6'
printf '%s\n' '[run]' 'parallel = 6' >>gate.toml
save "A suite of six shards"
trusted
expect_exit 0 script -qec "stty cols 30 rows 4; gate check --branch feature" /dev/null
drawn=$(tr '\r' '\n' <"$out" | sed "s/$(printf '\033')\[[0-9]*[A-Z]//g" | grep -E '^gate: (api [1-6]/6  [0-9.]+ s|and [0-9] more)')
echo "$drawn" | awk 'length > 29 { print "too long: " $0; bad = 1 } END { exit bad }' || fail "a line is too long"
echo "$drawn" | grep -q '^gate: and 4 more' || fail "it does not say how many more there are"
! grep -qF "$(printf '\033')[3A" "$out" || fail "it has drawn four lines"
nothing_is_left
