#!/bin/sh
# A suite that wants more memory than it may have is ended, and that is what it is told.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_tests 'exec awk "BEGIN { s = \"x\"; while (1) s = s s }"'
for source in 'compose = "docker-compose.yml"
service = "api"' 'build = "api"' "image = \"$image\"
run = [\"python\", \"api/manage.py\", \"test\"]"; do
    the_suite "$source" 'memory = "16MiB"'
    save "A test that wants more memory"
    run_suite pipe
    expect_red "a test without memory"
    expect_text "ran out of memory"
done
nothing_is_left
