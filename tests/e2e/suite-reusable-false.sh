#!/bin/sh
# A suite with reusable = false is run every time.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" 'reusable = false' 'run = ["true"]'
save "Every time"
for round in 1 2 3; do
    run_suite pipe
    expect_green "round $round"
    expect_no_text "passed before"
    expect_same "logs" "$round" "$(find .git/gate/logs -name '*-api.log' | wc -l)"
done
expect_same "verdicts" "" "$(find .git/gate/verdicts -type f 2>/dev/null)"
nothing_is_left
