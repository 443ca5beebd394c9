#!/bin/sh
# Both sides of a merge have changed: what is tested and published is neither of them, but the merge result, under its own
# commit's tag; and gate publish --list tells what a label would.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git switch -q staging
commit mend "of staging's own" "A mend"
smuggle origin staging
expect_runs 1
expect_exit 0 git merge --no-ff -m "What is new" development
commit=$(oid HEAD)
expect_same "parents" 2 "$(git cat-file -p HEAD | grep -c '^parent')"
expect_runs 2
expect_text "published to $REGISTRY/app"
expect_text "pushed $REGISTRY/app:$commit"
expect_text "the image that was tested"
expect_same "tags" "$commit" "$(registry_tags app)"
image=$(registry_image_id app "$commit")
expect_same "what is in it" "more
of staging's own" "$(docker run --rm "$image" cat file mend)"
expect_exit 0 gate publish --list
expect_text "staging $(git rev-parse --short=8 HEAD)"
expect_text "tags      $commit, staging"
expect_text "digest    $(registry_digest app "$commit")"
expect_text "image     $image, tested by suite tests"
expect_text "revision  $commit"
expect_text "source    $T/remote.git"
expect_text "created   $(date -u +%Y-)"
expect_exit 0 gate push origin staging
expect_text "the tag staging moved to it"
expect_same "the branch tag" "$(registry_digest app "$commit")" "$(registry_digest app staging)"
expect_runs 2
