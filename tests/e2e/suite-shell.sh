#!/bin/sh
# `shell` is a line for the shell inside the container, with all that a shell does. No shell of this machine sees it.
# shellcheck disable=SC2016 # expanded in the container
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
for source in 'compose = "docker-compose.yml"
service = "api"' 'build = "api"' "image = \"$image\"
workdir = \"/usr/src/app\""; do
    the_suite "$source" "shell = 'touch /tmp/$mark; cat */verdict verdict 2>/dev/null | grep -q good && echo \"\$((6 * 7))\" >&2'"
    save "A line for a shell"
    rm -rf .git/gate/logs
    run_suite pipe
    expect_green "a good commit"
    expect_logged 42
done
[ ! -e "/tmp/$mark" ] || fail "it was run on this machine"
the_suite "image = \"$image\"" "shell = 'false | false'"
save "A line that fails"
run_suite pipe
expect_red "a line that fails"
nothing_is_left
