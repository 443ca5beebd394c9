#!/bin/sh
# Amending a merge makes another merge: it is published, with the tests of its tree; what was left to do for the one before is given up.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git switch -q staging
git merge -q --no-ff -m "A merge" development
first=$(oid HEAD)
expect_exit 0 git commit --amend -m "A merge, in better words"
second=$(oid HEAD)
expect_text "published to $REGISTRY/app"
expect_same "tags" "$(printf '%s\n' "$first" "$second" | sort)" "$(registry_tags app | sort)"
expect_exit 0 gate push origin staging
expect_text "$(git rev-parse --short=8 "$first") is no longer on staging"
expect_text "the tag staging moved to it"
expect_same "the branch tag" "$(registry_digest app "$second")" "$(registry_digest app staging)"
expect_runs 1
