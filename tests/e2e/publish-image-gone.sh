#!/bin/sh
# The tested image is gone from the Engine, and its verdict is here still: a push is served by that, a publication tests again.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
expect_runs 1
docker images --filter "label=$label" --format '{{.Repository}}:{{.Tag}}' | xargs docker rmi -f >/dev/null
git switch -q staging
expect_exit 0 git merge development
expect_text "published to $REGISTRY/app"
expect_same "tags" "$(oid HEAD)" "$(registry_tags app)"
expect_runs 2
# Gone while a publication waits with it: that has its image in the registry, and goes on.
docker images --filter "label=$label" --format '{{.Repository}}:{{.Tag}}' | xargs docker rmi -f >/dev/null
expect_exit 0 gate push origin staging
expect_text "the tag staging moved to it"
expect_runs 2
# Gone before it came to the registry.
git switch -q development
commit file still-more "Still more"
git push -q origin development
git switch -q staging
stop_registry TERM
git merge -q development
docker images --filter "label=$label" --format '{{.Repository}}:{{.Tag}}' | xargs docker rmi -f >/dev/null
start_registry
expect_exit 0 gate publish
expect_text "published to $REGISTRY/app"
expect_runs 4
[ "$(registry_digest app "$(oid HEAD)")" != none ] || fail "it is not there"
