#!/bin/sh
# 50 gates at once on one repository, with two trees among them: each tree is tested once, and everybody has its verdict.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_tests 'hold; grep -q good verdict'
save "A test that waits until it is told to go on"
one=$(git rev-parse HEAD)
echo "very good" >api/verdict
save "Another tree"
two=$(git rev-parse HEAD)
trusted || fail "the suites were not agreed to"

many=50
processes=
for number in $(seq $many); do
    commit=$one
    [ $((number % 2)) -eq 0 ] || commit=$two
    gate check --branch feature --to "$commit" </dev/null >"$T/$number.out" 2>&1 &
    processes="$processes $!"
done

waiting() { # number
    [ "$(grep -l 'waiting for another gate that tests the same tree' "$T"/*.out | wc -l)" -ge "$1" ]
}
wait_for_hold 2
wait_until 120 waiting $((many - 2)) || fail "$((many - 2)) gates should wait for the two that test"
# shellcheck disable=SC2046 # a list
let_go $(held)
for process in $processes; do
    wait "$process" || fail "one of them was refused: $(tail -n 20 "$T"/*.out)"
done

expect_same "runs, a log each" 2 "$(find .git/gate/logs -name '*-api.log' | wc -l)"
expect_same "verdicts" 2 "$(find .git/gate/verdicts -name '*.json' | wc -l)"
expect_same "turns that were not given back" 0 "$(find .git/gate/locks -type f | wc -l)"
nothing_is_left
