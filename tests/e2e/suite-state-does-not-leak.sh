#!/bin/sh
# Way 14: a named volume is new in every run; no volume and no image without a name stays.
# shellcheck disable=SC2016 # expanded in the container
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_services "  api:" "    build: ./api" "    volumes: ['db-data:/data']"
printf 'volumes:\n  db-data:\n    labels: ["%s"]\n' "$label" >>docker-compose.yml
the_tests 'ls /data; [ -z "$(ls /data)" ] && echo 1 >/data/row'
for round in 1 2 3; do
    echo "$round" >api/round
    save "Round $round"
    run_suite pty
    expect_green "round $round, with a new volume,"
    nothing_is_left
done
