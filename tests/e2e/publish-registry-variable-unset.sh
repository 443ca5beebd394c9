#!/bin/sh
# The variable that the registry comes from is not set: gate publish ends with 2 and names it, a merge stands.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git switch -q staging
(
    unset REGISTRY
    expect_exit 0 git merge development
    expect_text "REGISTRY"
    expect_text "the merge stands"
    expect_text "gate publish"
    expect_exit 2 gate publish
    expect_text "REGISTRY"
    expect_text "gate.toml:"
    expect_exit 0 gate publish --list
    expect_text "nothing was published from here, and nothing is pending"
    REGISTRY='' expect_exit 2 gate publish
    REGISTRY='https://example.com' expect_exit 2 gate publish
)
expect_exit 0 gate publish
expect_text "published to $REGISTRY/app"
expect_same "tags" "$(oid HEAD)" "$(registry_tags app)"
