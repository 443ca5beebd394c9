#!/bin/sh
# A suite with `paths` sees these and no others, and what its source names.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
mkdir -p deep/er
echo one >deep/er/file
echo two >deep/file
the_suite "image = \"$image\"" 'paths = ["deep/er", "api/verdict"]' "run = ['sh', '-c', 'find . -type f | sort']"
save "Paths"
run_suite pipe
expect_green "a good commit"
expect_logged ./deep/er/file
expect_logged ./api/verdict
for file in ./deep/file ./gate.toml ./api/manage.py; do
    ! logged $file || fail "it sees $file"
done
mkdir tests
echo seen >tests/seen
the_services "  api:" "    build: ./api" "    volumes: ['./tests:/tests', './nginx:/nginx']"
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'paths = ["api", "tests"]'
the_tests 'cat /tests/seen && [ ! -e /nginx/Dockerfile ]'
save "Paths, and a compose file"
run_suite pipe
expect_green "a compose file that is seen in any case"
nothing_is_left
expect_nothing_left
