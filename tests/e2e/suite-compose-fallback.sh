#!/bin/sh
# What gate itself does not know in a compose file goes through compose, and the log says why.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
sed -i 's|^    build: ./api|&\n    domainname: example.org|' docker-compose.yml
the_tests 'hostname -f | grep -q "example[.]org$"'
save "A key that only compose knows"
run_suite_spied pipe docker-compose
expect_green "a good commit"
grep -q ' up ' "$T/calls" || fail "compose has not started it"
grep -q '==> compose starts the services: .*services.api.domainname' .git/gate/logs/*-api.log || fail "the log does not say why"
commit api/verdict bad "A change"
the_tests 'exit 7'
save "Bad"
run_suite pipe
expect_red "a bad commit"
nothing_is_left
