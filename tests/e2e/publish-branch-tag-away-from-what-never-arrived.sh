#!/bin/sh
# A branch tag may move away from a commit that was published here and never reached the remote.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'branch_tag = "merge"'
commit file wrong "What nobody is to see"
git push -q origin development
git switch -q staging
git merge -q --no-ff -m "A mistake" development
mistake=$(oid HEAD)
expect_same "the branch tag" "$(registry_digest app "$mistake")" "$(registry_digest app staging)"
git reset -q --hard origin/staging
git switch -q development
commit file right "Better"
git push -q origin development
git switch -q staging
expect_exit 0 git merge --no-ff -m "No mistake" development
expect_text "the tag staging moved to it"
expect_same "the branch tag" "$(registry_digest app "$(oid HEAD)")" "$(registry_digest app staging)"
[ "$(registry_digest app "$mistake")" != "$(registry_digest app staging)" ] || fail "both are the same"
