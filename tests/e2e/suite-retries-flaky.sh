#!/bin/sh
# A suite that passes on a retry has passed; that it was flaky is said, and remembered. One that never passes has failed.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" 'retries = 1' 'caches = ["/luck"]' "run = ['sh', '-c', '[ -e /luck/had ] || { touch /luck/had; false; }']"
save "A test that has bad luck at first"
run_suite pipe
expect_green "a pass on the second attempt"
expect_text flaky
expect_same "logs, one for each attempt" 2 "$(find .git/gate/logs -name '*-api*.log' | wc -l)"
expect_exit 0 gate log
expect_text flaky
the_suite "image = \"$image\"" 'retries = 1' 'run = ["false"]'
save "A test that never passes"
run_suite pipe
expect_red "a test that never passes"
expect_same "logs, with both attempts" 4 "$(find .git/gate/logs -name '*-api*.log' | wc -l)"
nothing_is_left
expect_nothing_left
