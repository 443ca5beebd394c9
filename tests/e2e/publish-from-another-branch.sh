#!/bin/sh
# gate publish finishes what is pending for another branch than the one that HEAD is on.
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
commit=$(oid HEAD)
smuggle origin staging
git switch -q master
expect_exit 0 gate publish
expect_text "the tag staging moved to it"
expect_no_text "nothing to publish"
expect_same "the branch tag" "$(registry_digest app "$commit")" "$(registry_digest app staging)"
expect_exit 0 gate publish
expect_text "nothing to publish"
