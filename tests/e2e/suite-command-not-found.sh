#!/bin/sh
# A command that is not in the image, or can not be run there, is named as such.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
echo "no program" >api/notes
for source in 'compose = "docker-compose.yml"
service = "api"' 'build = "api"'; do
    the_suite "$source" 'run = ["phyton", "manage.py"]'
    save "Not there"
    run_suite pipe
    expect_red "a command that is not there"
    grep -q 'phyton \(was not found\|could not be started\) in the image' "$out" || fail "phyton is not named"
    the_suite "$source" 'run = ["./notes"]'
    save "Not executable"
    run_suite pipe
    expect_red "a command that can not be run"
    expect_text "./notes could not be started"
    the_suite "$source" 'run = ["sh", "-c", "exit 126"]'
    save "126"
    run_suite pipe
    expect_red "exit code 126"
    expect_text "exit code 126"
done
nothing_is_left
