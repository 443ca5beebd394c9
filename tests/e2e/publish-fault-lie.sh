#!/bin/sh
# A registry that says another digest than its bytes have is not believed, and what it has is looked at again later.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
faults proxy 'GET /manifests/ lie'
merge_into_staging more
expect_text "not published"
expect_held_up "$REGISTRY gives an answer"
faults proxy 'PUT /manifests/staging lie'
smuggle origin staging
expect_held_up "it says that it keeps another digest"
faults proxy
expect_finished
expect_same "pushes" 1 "$(requests proxy "^PUT /v2/app/manifests/$commit")"
