#!/bin/sh
# A registry that takes the connection and says nothing: gate gives up in time, and goes on later.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
merge_into_staging_unseen more
faults proxy 'GET /manifests/ hang'
began=$(date +%s)
expect_held_up "$REGISTRY does not answer in time"
took=$(($(date +%s) - began))
[ "$took" -lt 40 ] || fail "it took $took seconds"
faults proxy
expect_finished
