#!/bin/sh
# In CI the machine may be taken away when gate ends: there gate itself waits until all is removed.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

export CI=true
new_project
run_suite pipe
expect_green "a good commit"
expect_gone
the_image
the_suite "image = \"$image\"" 'run = ["false"]'
save "A suite that fails"
run_suite pipe
expect_red "a bad commit"
expect_gone
expect_nothing_left
