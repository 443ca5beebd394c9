#!/bin/sh
# Of the output no more is kept than max_log says; the end of it is shown all the same.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" 'max_log = "64KiB"' "run = ['sh', '-c', 'yes \"one line like another\" | head -c 5000000; echo; echo \"the last words\"; exit 1']"
save "A flood"
run_suite pipe
expect_red "a flood"
expect_text "| the last words"
size=$(cat .git/gate/logs/*-api.log | wc -c)
[ "$size" -ge 65000 ] || fail "only $size bytes were kept"
[ "$size" -lt 70000 ] || fail "$size bytes were kept"
nothing_is_left
