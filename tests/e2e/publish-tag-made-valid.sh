#!/bin/sh
# A branch whose name can not be a tag: what becomes of it is said.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing 'branch = "feature/x"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]'
git switch -q -c feature/x development
smuggle -u origin feature/x
git switch -q development
commit file more "More"
git switch -q feature/x
expect_exit 0 git merge --no-ff -m "What is new" development
commit=$(oid HEAD)
smuggle origin feature/x
expect_exit 0 gate publish
expect_text "branch feature/x is feature-x in tags"
expect_same "tags" "$(printf '%s\n' "$commit" feature-x | sort)" "$(registry_tags app | sort)"
