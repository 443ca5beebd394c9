#!/bin/sh
# With finish = "manual" a plain `git push` starts nothing; gate push and gate publish move the tag.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'finish = "manual"'
commit file more "More"
git push -q origin development
git switch -q staging
git merge -q development
first=$(oid HEAD)
expect_exit 0 git push origin staging
expect_no_text "background"
[ -z "$(find "$(gate_folder)/logs" -name '*finisher*')" ] || fail "a finisher was started"
expect_exit 0 gate publish --list
expect_text "pushed, waits"
expect_exit 0 gate status
expect_text "pushed, waits"
expect_same "the branch tag" none "$(registry_digest app staging)"
expect_exit 0 gate publish
expect_text "the tag staging moved to it"
expect_same "the branch tag" "$(registry_digest app "$first")" "$(registry_digest app staging)"
git switch -q development
commit file still-more "Still more"
git push -q origin development
git switch -q staging
git merge -q development
expect_exit 0 gate push origin staging
expect_text "the tag staging moved to it"
expect_same "the branch tag" "$(registry_digest app "$(oid HEAD)")" "$(registry_digest app staging)"
