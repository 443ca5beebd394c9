#!/bin/sh
# A history that is damaged or can't be written keeps nobody from a push.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" 'run = ["true"]' 'reusable = false'
save "A suite"
run_suite pipe
expect_green "a good commit"
history=$(gate_folder)/history.db
for _ in $(seq 500); do echo "this is no database"; done >"$history"
run_suite pipe
expect_green "a good commit, with a damaged history"
[ -e "$history.damaged" ] || fail "it was not put aside"
expect_exit 0 gate log
expect_same "lines" 2 "$(wc -l <"$out")"
rm "$history"
mkdir "$history"
run_suite pipe
expect_green "a good commit, without a history"
expect_text "was not written into the history"
expect_exit 3 gate log
