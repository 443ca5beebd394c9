#!/bin/sh
# One shard that fails is named, and the suite with it; the others are no verdict.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" 'shards = 3' "run = ['sh', '-c', 'echo \"I am \$GATE_SHARD\"; [ \"\$GATE_SHARD\" != 2 ]']"
save "Shards, of which one fails"
run_suite pipe
expect_red "a shard that fails"
expect_text "suite api 2/3 failed"
expect_text "| I am 2"
for number in 1 3; do expect_logged "I am $number"; done
expect_same "verdicts" "" "$(find .git/gate/verdicts -type f 2>/dev/null)"
nothing_is_left
