#!/bin/sh
# `git merge --no-commit` runs no post-merge either: the commit that follows is what publishes.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git switch -q staging
expect_exit 0 git merge --no-ff --no-commit development
expect_no_text "gate: "
expect_same "tags" none "$(registry_tags app)"
expect_exit 0 git commit --no-edit
expect_text "published to $REGISTRY/app"
expect_same "tags" "$(oid HEAD)" "$(registry_tags app)"
expect_runs 1
