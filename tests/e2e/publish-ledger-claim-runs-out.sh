#!/bin/sh
# Whoever was killed in the middle of a publication does not keep others from it for ever: his claim runs out; and he himself goes on
# with it at once.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
merge_into_staging_unseen more
smuggle origin staging
expect_exit 0 gate check
faults proxy 'PUT /manifests/ hang'
start_publish killed
wait_for_request proxy "^PUT /v2/app/manifests/$commit"
# shellcheck disable=SC2154 # of start_publish
kill -KILL "$process_killed"
end_of_publish killed
faults proxy
expect_same "refs of the ledger" 1 "$(ledger_refs | wc -l)"
git clone -q "$T/remote.git" "$T/second"
cd "$T/second"
git switch -q staging
trusted HEAD
expect_exit 0 gate check
expect_exit 3 gate publish
expect_text "C O Mitter"
cd "$T/repo"
expect_exit 0 gate publish
expect_all_published
cd "$T/second"
expect_exit 0 gate publish
expect_text "was published before"
