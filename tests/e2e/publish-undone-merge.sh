#!/bin/sh
# A merge that is undone before its publication was finished is given up, with a sentence; its image is let go by gate gc.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git switch -q staging
git merge -q development
undone=$(oid HEAD)
git reset -q --hard origin/staging
git switch -q development
gate publish >"$out" 2>&1 || :
cat "$out"
expect_text "$(git rev-parse --short=8 "$undone") is no longer on staging, neither here nor on origin"
expect_exit 0 gate publish --list
expect_text "failed  staging $(git rev-parse --short=8 "$undone")"
expect_text "no longer on staging"
expect_same "the branch tag" none "$(registry_digest app staging)"
expect_exit 0 gate publish
expect_text "nothing to publish"
expect_exit 0 gate gc
expect_same "kept images" "" "$(docker images --filter "label=$label" --format '{{.Repository}}' | grep gate-publish/ || :)"
# A push of something else does not wait for it.
git switch -q staging
git commit -q --allow-empty -m "Another thing"
smuggle --force origin staging:development
expect_exit 0 git push origin staging
expect_no_text "a publication waits"
