#!/bin/sh
# A build stops at its target and gets its arguments; what the policy says of them counts for the verdict.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
printf '%s\n' 'FROM gate-demo/busybox:1 AS test' "LABEL $label" 'ARG FLAVOUR=plain' "RUN echo \"\$FLAVOUR\" >/flavour" \
    'FROM test AS last' 'RUN false' >api/Dockerfile
the_suite 'build = "api"' 'target = "test"' 'args = { FLAVOUR = "salted" }' 'run = ["grep", "-x", "salted", "/flavour"]'
save "A build with a target"
run_suite pipe
expect_green "a good commit"
expect_logged salted
the_suite 'build = "api"' 'target = "test"' 'run = ["grep", "-x", "salted", "/flavour"]'
save "Without the argument"
run_suite pipe
expect_red "a build without its argument"
the_suite 'build = "api"' 'target = "tast"'
save "A target that is not there"
run_suite pipe
expect_red "a target that is not there"
expect_text tast
nothing_is_left
