#!/bin/sh
# What is a comment to one YAML parser and a key to another is refused: a lone CR, U+0085, U+2028.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
echo 'SECRET=of-the-host' >"$T/creds"
for break in '\r' '\302\205' '\342\200\250'; do
    the_services "  api:" "    build: ./api"
    # shellcheck disable=SC2059 # the break is a format
    printf "    # a comment$break    env_file: $T/creds\n" >>docker-compose.yml
    the_tests 'env'
    save "A hidden key"
    run_suite pipe
    expect_red "a key behind a line break"
    expect_no_text "of-the-host"
    nothing_is_left
done
