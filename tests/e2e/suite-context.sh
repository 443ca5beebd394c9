#!/bin/sh
# The Engine is the one that docker's context in use names; DOCKER_HOST goes before it.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" 'reusable = false' 'run = ["true"]'
save "An image"
engine=${DOCKER_HOST:-unix:///var/run/docker.sock}
case $engine in unix://*) ;; *) skip "the Engine is at $engine, not at a socket" ;; esac
docker -H "$engine" version >/dev/null 2>&1 || skip "the Engine is not at $engine"
ln -s "${engine#unix://}" "$T/link.sock"
DOCKER_CONFIG=$T/docker
export DOCKER_CONFIG
docker context create linked --docker "host=unix://$T/link.sock" >/dev/null
docker context create gone --docker "host=unix://$T/nowhere.sock" >/dev/null
unset DOCKER_HOST
docker context use linked >/dev/null
run_suite pipe
expect_green "a context in use"
export DOCKER_CONTEXT=gone
run_suite pipe
expect_same "exit code" 3 "$status"
expect_text "$T/nowhere.sock"
export DOCKER_HOST="$engine"
run_suite pipe
expect_green "DOCKER_HOST"
unset DOCKER_CONTEXT
nothing_is_left
