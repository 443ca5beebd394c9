#!/bin/sh
# Each shard is a run of its own that is told which one it is; when all have passed the suite has, once.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" 'shards = 3' "run = ['sh', '-c', 'echo \"I am \$GATE_SHARD of \$GATE_SHARDS\"']"
save "Shards"
run_suite pipe
expect_green "a good commit"
for number in 1 2 3; do expect_logged "I am $number of 3"; done
expect_same "logs" 3 "$(find .git/gate/logs -name '*-api*.log' | wc -l)"
expect_same "verdicts" 1 "$(find .git/gate/verdicts -name '*.json' | wc -l)"
run_suite pipe
expect_text "passed before"
nothing_is_left
expect_nothing_left
