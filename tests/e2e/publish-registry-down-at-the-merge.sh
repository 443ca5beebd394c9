#!/bin/sh
# No registry at the time of the merge: it stands, its publication is pending, and gate publish, or the next push, finishes it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git switch -q staging
stop_registry TERM
expect_exit 0 git merge development
expect_text "not published"
expect_text "$REGISTRY"
expect_text "gate publish"
expect_exit 3 gate publish
expect_exit 0 gate status
expect_text "pending"
expect_exit 0 gate push origin staging
expect_text "not published"
start_registry
expect_exit 0 gate publish
expect_text "the tag staging moved to it"
expect_same "the branch tag" "$(registry_digest app "$(oid HEAD)")" "$(registry_digest app staging)"
expect_runs 1
