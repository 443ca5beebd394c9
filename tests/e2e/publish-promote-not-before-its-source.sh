#!/bin/sh
# What is to be promoted was never published, or another image has its tag by now: the usual way, with the suite.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]' '' \
    '[publish.live]' 'branch = "master"' 'suite = "tests"' 'to = "{env:REGISTRY}/live"' 'from = "api"' 'tags = ["live", "{commit}"]'
git switch -q development
commit file more "More"
smuggle origin development
git switch -q master
git -c core.hooksPath=/dev/null merge -q --no-ff -m "Past staging" development
commit=$(oid HEAD)
smuggle origin master
expect_exit 0 gate publish
expect_runs 1
expect_same "tags" "$(printf '%s\n' "$commit" live | sort)" "$(registry_tags live | sort)"
expect_same "staging's" none "$(registry_tags app)"
expect_exit 0 gate publish --list
expect_text "#1  published"
