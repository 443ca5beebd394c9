#!/bin/sh
# What a suite puts into its caches is there in its next run, in each kind of suite, and for nobody else.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_tests 'cat /kept/was 2>/dev/null || echo "nothing yet"; cat /usr/src/app/verdict >/kept/was'
for source in 'compose = "docker-compose.yml"
service = "api"' 'build = "api"' "image = \"$image\"
run = [\"python\", \"api/manage.py\", \"test\"]"; do
    rm -rf .git/gate/logs
    nothing_is_left # what a run still uses is not freed
    gate gc >/dev/null
    echo good >api/verdict
    the_image
    the_suite "$source" 'caches = ["/kept"]'
    save "A cache"
    run_suite pipe
    expect_green "a first run"
    expect_logged "nothing yet"
    echo better >api/verdict
    save "A change"
    run_suite pipe
    expect_green "a second run"
    expect_logged good
done
git clone -q . "$T/another"
cd "$T/another"
run_suite pipe
expect_green "another clone"
expect_logged "nothing yet"
nothing_is_left
