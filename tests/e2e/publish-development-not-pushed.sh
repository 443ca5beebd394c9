#!/bin/sh
# Development was merged before it was pushed: the merge stands, nothing of it is published, and gate says so; once development
# is pushed, gate publish does it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
git switch -q staging
expect_exit 0 git merge --no-ff -m "Too early" development
expect_text "the merge stands"
expect_text "merge-source"
expect_text "gate publish"
expect_same "tags" none "$(registry_tags app)"
expect_runs 0
expect_exit 1 gate publish
expect_text "a push of it would be refused"
expect_same "tags" none "$(registry_tags app)"
expect_exit 0 git push origin development
expect_exit 0 gate publish
expect_text "published to $REGISTRY/app"
expect_same "tags" "$(oid HEAD)" "$(registry_tags app)"
expect_runs 1
