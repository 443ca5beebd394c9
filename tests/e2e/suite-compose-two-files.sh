#!/bin/sh
# Of several compose files the later ones are merged over the earlier ones; all of them count.
# shellcheck disable=SC2016 # expanded in the container
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
mkdir tests
printf '%s\n' 'version: "3.7"' 'services:' '  api:' '    environment: {FLAVOUR: salted}' '    depends_on: [helper]' \
    '  helper:' '    build: ./nginx' "    labels: ['$label']" >tests/docker-compose.test.yml
sed -i 's|^    build: ./api|&\n    environment: {FLAVOUR: plain, KEPT: kept}|' docker-compose.yml
the_suite 'compose = ["docker-compose.yml", "tests/docker-compose.test.yml"]' 'service = "api"'
echo good >nginx/verdict
the_tests '[ "$FLAVOUR $KEPT" = "salted kept" ] && for i in $(seq 50); do wget -q -O- http://helper/verdict && exit 0; sleep 0.1; done; exit 1'
save "Two files"
run_suite pipe
expect_green "two files"
sed -i 's/salted/sweet/' tests/docker-compose.test.yml
save "The second one changes"
run_suite pipe
expect_red "a change of the second file"
git rm -q tests/docker-compose.test.yml
save "The second one goes"
run_suite pipe
expect_red "a file that is not there"
expect_text "tests/docker-compose.test.yml"
nothing_is_left
