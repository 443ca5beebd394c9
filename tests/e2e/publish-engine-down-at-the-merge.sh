#!/bin/sh
# No Engine at the time of the merge: it stands, its publication is pending, and gate publish finishes it later.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
smuggle origin development
git switch -q staging
(
    no_engine
    expect_exit 0 git merge development
    expect_text "not published"
    expect_text "Engine"
    expect_text "gate publish"
    expect_exit 3 gate publish
    expect_exit 0 gate publish --list
    expect_text "pending  staging"
)
expect_same "tags" none "$(registry_tags app)"
expect_exit 0 gate publish
expect_text "published to $REGISTRY/app"
expect_same "tags" "$(oid HEAD)" "$(registry_tags app)"
# What has come to the registry needs no Engine any more.
(
    no_engine
    expect_exit 0 gate push origin staging
    expect_text "the tag staging moved to it"
)
expect_same "the branch tag" "$(registry_digest app "$(oid HEAD)")" "$(registry_digest app staging)"
