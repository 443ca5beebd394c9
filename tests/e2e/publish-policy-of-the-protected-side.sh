#!/bin/sh
# What a merge brings can not say where that very merge is published: the policy at the tip of the protected side does, once more.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
sed -i 's|/app"|/elsewhere"|' gate.toml
git commit -q -a -m "To elsewhere"
git push -q origin development
git switch -q staging
expect_exit 0 git merge development
expect_text "published to $REGISTRY/app"
expect_same "elsewhere" none "$(registry_tags elsewhere)"
expect_same "tags" "$(oid HEAD)" "$(registry_tags app)"
expect_exit 0 gate push origin staging
expect_same "elsewhere" none "$(registry_tags elsewhere)"
# From the next one on it counts.
git switch -q development
commit file more "More"
git push -q origin development
git switch -q staging
expect_exit 0 git merge development
expect_text "published to $REGISTRY/elsewhere"
