#!/bin/sh
# Where an image would go is asked about like what would be run: a target that a pull brings publishes nothing until it is agreed to.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
git switch -q staging
sed 's|/app"|/elsewhere"|' gate.toml >"$T/changed"
colleague_commits gate.toml "$(cat "$T/changed")" "To elsewhere"
git pull -q
git switch -q development
git merge -q staging
smuggle origin development
merge_into_staging "More"
expect_pending "nobody on this machine has agreed"
expect_same "elsewhere" none "$(registry_tags elsewhere)"
expect_exit 3 gate publish
expect_text "publish api: to {env:REGISTRY}/elsewhere"
expect_exit 0 gate trust
expect_text "publish api: to {env:REGISTRY}/elsewhere"
expect_exit 0 gate publish
expect_same "tags" "$commit" "$(registry_tags elsewhere)"
