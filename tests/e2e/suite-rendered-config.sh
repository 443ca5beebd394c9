#!/bin/sh
# A compose file that was read before is not read again by compose: neither docker-compose nor docker is started.
# shellcheck disable=SC2016 # expanded in the container
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
run_suite_spied pipe docker docker-compose
expect_green "a good commit"
grep -q 'config' "$T/calls" || fail "compose was not started in the first place"
commit nginx/file "a change" "A change elsewhere"
run_suite_spied pipe docker docker-compose
expect_green "a change elsewhere"
expect_same "programs" "" "$(cat "$T/calls")"
sed -i "s|^    build: ./api|&\n    environment: {FLAVOUR: salted}|" docker-compose.yml
the_tests '[ "$FLAVOUR" = salted ]'
save "Another compose file"
run_suite_spied pipe docker docker-compose
expect_green "another compose file"
grep -q 'config' "$T/calls" || fail "compose did not read what is new"
nothing_is_left
