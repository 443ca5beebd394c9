#!/bin/sh
# Whoever was killed in the middle of a publication does not keep others from it for ever: his claim runs out; and he himself goes on
# with it at once.
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
expect_waits "C O Mitter"
cd "$T/repo"
expect_exit 0 gate publish
expect_all_published
cd "$T/second"
expect_exit 0 gate publish
expect_text "the tag staging shows it"

# Somebody who is no more has left one behind.
left_claim() { # until
    ref=$(ledger_refs)
    # shellcheck disable=SC2046 # words
    set -- "$1" $(git --git-dir "$T/remote.git" rev-parse "$ref" "$ref^{tree}")
    left=$(git --git-dir "$T/remote.git" commit-tree -p "$2" -m "gate: about to publish" \
        -m "{\"schema\":1,\"claim\":{\"id\":\"0123\",\"publisher\":\"4567\",\"by\":\"Some Body\",\"until\":\"$1\"}}" "$3")
    git --git-dir "$T/remote.git" update-ref "$ref" "$left"
}
cd "$T/repo"
merge_into_staging_unseen "still more"
smuggle origin staging
left_claim "$(date -u -d '10 minutes' +%Y-%m-%dT%H:%M:%SZ)"
expect_waits "Some Body publishes to $REGISTRY/app until"
expect_same "the registry's" none "$(registry_digest app "$commit")"
left_claim "$(date -u -d '2 minutes ago' +%Y-%m-%dT%H:%M:%SZ)"
expect_exit 0 gate publish
expect_all_published
