#!/bin/sh
# The answer to the manifest is cut, which the registry has taken: it is found there, and not pushed again.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
faults proxy 'PUT /manifests/ cut-answer 1'
merge_into_staging more
faults proxy
expect_finished
[ "$(requests proxy "^PUT /v2/app/manifests/$commit")" -le 2 ] || fail "it was pushed again and again"
