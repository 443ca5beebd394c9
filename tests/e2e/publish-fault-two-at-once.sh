#!/bin/sh
# Two gate publish at once: one waits for the other, and nothing is doubled.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
merge_into_staging_unseen more
smuggle origin staging
faults proxy 'PUT /manifests/ hang'
start_publish first
wait_for_request proxy "^PUT /v2/app/manifests/"
start_publish second
tries=100
until grep -q "another gate is at it" "$T/second.out"; do
    [ "$tries" -gt 0 ] || fail "the second does not wait"
    tries=$((tries - 1))
    sleep 0.05
done
faults proxy
for name in first second; do
    end_of_publish "$name"
    expect_same "exit code of the $name" 0 "$status"
done
expect_all_published
expect_requests 1 proxy "^PUT /v2/app/manifests/$commit"
expect_requests 1 proxy "^PUT /v2/app/manifests/staging"
expect_runs 1
expect_exit 0 gate publish --list
expect_same "entries" 1 "$(grep -c '^#' "$out")"
