#!/bin/sh
# Ctrl-C while a push hangs: exit code 130, no name left in the Engine, and it is finished later.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
merge_into_staging_unseen more
faults proxy 'PUT /manifests/ hang'
start_publish hanging
wait_for_request proxy "^PUT /v2/app/manifests/"
# shellcheck disable=SC2154 # set by start_publish
kill -INT "$process_hanging"
end_of_publish hanging
expect_same "exit code" 130 "$status"
expect_same "names of the registry" "" "$(docker images -q "$REGISTRY/app")"
expect_nothing_left
expect_pending
faults proxy
expect_finished
