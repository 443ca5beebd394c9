#!/bin/sh
# What a suite of an image has mounted is the tree, and it can not be written; anywhere else it may write.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" "run = ['sh', '-c', 'echo x >elsewhere-too; echo x >api/verdict; rm gate.toml; mkdir folder; touch /tmp/fine && cat api/verdict && ls']"
save "A test that writes"
run_suite pipe
expect_green "a test that writes"
for name in good gate.toml; do expect_logged $name; done
! logged elsewhere-too || fail "a file was made in the tree"
! logged folder || fail "a folder was made in the tree"
nothing_is_left
expect_nothing_left
