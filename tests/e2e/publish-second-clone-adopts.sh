#!/bin/sh
# Another clone that publishes the same commit finds it published, pushes nothing, tests nothing, and says so.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
commit file more "More"
git push -q origin development
git switch -q staging
git merge -q development
commit=$(oid HEAD)
git push -q --no-verify origin staging
digest=$(registry_digest app "$commit")
writes=$(requests proxy '^\(PUT\|POST\|PATCH\|DELETE\)')
git clone -q "$T/remote.git" "$T/second"
cd "$T/second"
git switch -q staging
trusted
expect_exit 0 gate publish
expect_text "was published before"
expect_text "$digest"
# It is one thing to find it there, and another to move the branch tag, which the first clone had left to be done.
expect_text "the tag staging moved to it"
expect_same "the branch tag" "$digest" "$(registry_digest app staging)"
expect_same "writes" "$((writes + 1))" "$(requests proxy '^\(PUT\|POST\|PATCH\|DELETE\)')"
expect_runs 0
cd "$T/repo"
expect_exit 0 gate publish
expect_text "the tag staging shows it"
expect_same "writes" "$((writes + 1))" "$(requests proxy '^\(PUT\|POST\|PATCH\|DELETE\)')"
