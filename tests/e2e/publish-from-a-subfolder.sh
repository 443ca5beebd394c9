#!/bin/sh
# Where in the repository one stands makes no difference to a merge and to gate publish.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit deep/down/file more "More"
git push -q origin development
git switch -q staging
mkdir -p deep/other
cd deep/other
expect_exit 0 git merge development
expect_text "published to $REGISTRY/app"
expect_same "tags" "$(oid HEAD)" "$(registry_tags app)"
expect_exit 0 gate push origin staging
cd ../down
expect_exit 0 gate publish --list
expect_text "published"
expect_exit 0 gate publish
