#!/bin/sh
# A test that the kernel ended for want of memory is told apart from one that failed.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
sed -i 's|^    build: ./api|&\n    mem_limit: 16m\n    memswap_limit: 16m|' docker-compose.yml
the_tests 'exec awk "BEGIN { s = \"x\"; while (1) s = s s }"'
save "A test that wants more memory"
run_suite pipe
expect_red "a test without memory"
expect_text "ran out of memory"
nothing_is_left
