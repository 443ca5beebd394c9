#!/bin/sh
# Development was merged before it was pushed, and then both go out in one push, which is right: what was held back at the merge is
# published after it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
git switch -q staging
expect_exit 0 git merge -q --no-ff -m "Too early" development
expect_text "stays pending"
expect_exit 0 gate publish --list
expect_text "a push of it would be refused"
expect_same "tags" none "$(registry_tags app)"
expect_exit 0 gate push origin development staging
expect_text "published to $REGISTRY/app"
expect_same "the branch tag" "$(registry_digest app "$(oid HEAD)")" "$(registry_digest app staging)"
expect_runs 1
