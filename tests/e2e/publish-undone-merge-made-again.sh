#!/bin/sh
# A merge that was undone, given up and then made again, to the same commit, is published after all.
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
git reset -q --hard origin/staging
git switch -q development
gate publish >"$out" 2>&1 || :
expect_text "no longer on staging"
git switch -q staging
expect_exit 0 git merge development
expect_text "published to $REGISTRY/app"
expect_no_text "no longer on staging"
expect_exit 0 gate push origin staging
expect_text "the tag staging moved to it"
expect_same "the branch tag" "$(registry_digest app "$(oid HEAD)")" "$(registry_digest app staging)"
expect_runs 1
