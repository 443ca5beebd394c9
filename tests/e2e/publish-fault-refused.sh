#!/bin/sh
# A registry that refuses, each in its own way: a sentence with the command that mends it; the merge stands and it stays pending.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
faults proxy '* /v2/app/ 403'
merge_into_staging more
expect_text "$REGISTRY does not allow"
expect_runs 0
expect_held_up "$REGISTRY does not allow reading app:$commit"
faults proxy '* ^/v2/ 401'
expect_held_up "$REGISTRY asks for a login"
expect_exit 3 gate publish
expect_text "docker login $REGISTRY"
faults proxy '* /v2/app/ 404'
expect_held_up "the repository app does not exist at $REGISTRY"
faults proxy 'POST /blobs/uploads/ 403'
expect_held_up "$REGISTRY"
faults proxy
expect_finished
expect_runs 1
