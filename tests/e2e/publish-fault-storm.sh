#!/bin/sh
# A registry that is out of order for a while is asked again; out of order for good, it is one sentence.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
merge_into_staging_unseen more
faults proxy 'GET /manifests/ 503'
expect_held_up "$REGISTRY failed by itself (503)"
faults proxy 'PUT /manifests/ 503'
expect_held_up "$REGISTRY failed in the middle of the push"
faults proxy 'GET /manifests/ 503 2' 'PUT /manifests/ 503 2' 'POST /blobs/uploads/ 503 1'
expect_finished
