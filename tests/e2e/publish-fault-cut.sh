#!/bin/sh
# Cut off in the middle of a layer, of the manifest, of the answer, of the read-back: still pending, finished later, pushed once.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
faults proxy 'PUT /manifests/ cut'
merge_into_staging more
expect_text "not published"
expect_same "the tag" none "$(registry_digest app "$commit")"
expect_held_up "$REGISTRY"
faults proxy 'GET /manifests/ cut'
expect_held_up "the connection to $REGISTRY was cut"
# From the read-back on.
faults proxy 'PUT /manifests/ hang'
start_publish cut
wait_until_hangs_() { wait_for_request proxy "^PUT /v2/app/manifests/$commit"; }
: >"$servers/proxy.requests"
wait_until_hangs_
faults proxy 'GET /manifests/ cut'
end_of_publish cut
expect_same "exit code" 3 "$status"
expect_pending "was cut"
[ "$(registry_digest app "$commit")" != none ] || fail "it was not pushed"
: >"$servers/proxy.requests"
faults proxy 'PUT /manifests/staging cut-answer'
smuggle origin staging
expect_exit 0 gate publish --list
faults proxy
expect_finished
expect_requests 0 proxy "^PUT /v2/app/manifests/$commit"
expect_runs 1
