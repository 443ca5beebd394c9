#!/bin/sh
# With branch_tag = "merge" the branch tag moves at once, and nothing waits for a push.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'branch_tag = "merge"'
commit file more "More"
git push -q origin development
git switch -q staging
expect_exit 0 git merge development
expect_text "the tag staging moved to it"
expect_no_text "when origin has"
expect_same "the branch tag" "$(registry_digest app "$(oid HEAD)")" "$(registry_digest app staging)"
expect_exit 0 git push origin staging
expect_no_text "background"
expect_exit 0 gate publish --list
expect_text "published"
