#!/bin/sh
# Answers that are no registry's, at the first look, at the push and at the read-back: nothing counts as published.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
faults proxy '* ^/v2/ garbage'
merge_into_staging more
expect_text "no registry's"
expect_held_up "no registry's"
faults proxy 'PUT /manifests/ garbage'
expect_held_up "$REGISTRY"
expect_same "the tag" none "$(registry_digest app "$commit")"
# From the read-back on.
faults proxy 'PUT /manifests/ hang'
start_publish garbled
wait_for_request proxy "^PUT /v2/app/manifests/"
faults proxy 'GET /manifests/ garbage'
end_of_publish garbled
expect_same "exit code" 3 "$status"
expect_text "no registry's"
expect_pending "no registry's"
faults proxy
expect_finished
