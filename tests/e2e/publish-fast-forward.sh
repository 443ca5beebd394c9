#!/bin/sh
# A fast-forward of staging to what development has pushed is one's own merge: the tested image goes out under the commit's
# tag at once, and the branch tag when the remote has the commit.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git switch -q staging
expect_exit 0 git merge development
expect_text "published to $REGISTRY/app"
expect_text "the tag staging moves when origin has the commit"
commit=$(oid HEAD)
expect_same "tags" "$commit" "$(registry_tags app)"
expect_runs 1
image=$(docker images -q --no-trunc --filter "label=$label" "gate-publish/*" | head -n 1)
expect_same "the published image" "$(registry_image_id app "$commit")" "$image"
expect_exit 0 gate push origin staging
expect_text "the tag staging moved to it"
expect_same "the branch tag" "$(registry_digest app "$commit")" "$(registry_digest app staging)"
expect_exit 0 gate publish --list
expect_text "published"
expect_text "$(registry_digest app "$commit")"
expect_exit 0 gate status
expect_runs 1
