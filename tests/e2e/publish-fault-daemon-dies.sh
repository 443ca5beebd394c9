#!/bin/sh
# The Engine dies in the middle of a push: a sentence, still pending, finished when it is back; no name is left.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

own_world
start_registry
start_proxy
own_engine
new_repo_with_publishing
merge_into_staging_unseen more
faults proxy 'PUT /manifests/ hang'
start_publish orphan
wait_for_request proxy "^PUT /v2/app/manifests/"
kill -KILL "$(own_dockerd)"
end_of_publish orphan
expect_same "exit code" 3 "$status"
expect_same "sentences" 1 "$(grep -c '^gate: .*: not published' "$out")"
expect_pending
expect_held_up "Engine"
faults proxy
start_own_dockerd
expect_finished
expect_runs 1
