#!/bin/sh
# A suite in an image that is there: the tree is at its workdir. A verdict is that image's: another one under the same name is tested anew.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" 'workdir = "/work/tree"' 'run = ["sh", "-c", "pwd; cat api/verdict"]'
save "An image"
run_suite pipe
expect_green "a good commit"
expect_logged /work/tree
expect_logged good
run_suite pipe
expect_green "the same commit"
expect_text "passed before"
expect_runs 1 api
echo "another file" >api/another
the_image
git checkout -q .
run_suite pipe
expect_green "the same commit in another image"
expect_runs 2 api
nothing_is_left
expect_nothing_left
