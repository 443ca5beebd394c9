#!/bin/sh
# What is published is not published again: gate publish, and again, asks the registry to write nothing.
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
gate push -q origin staging
writes=$(requests proxy '^\(PUT\|POST\|PATCH\|DELETE\)')
[ "$writes" -gt 0 ] || fail "nothing was written"
asked=$(requests proxy)
for round in second third; do
    echo "the $round"
    expect_exit 0 gate publish
    expect_text "published"
    expect_no_text "pushed"
    expect_requests "$writes" proxy '^\(PUT\|POST\|PATCH\|DELETE\)'
done
expect_same "requests" "$asked" "$(requests proxy)"
expect_exit 0 gate publish --list
expect_same "publications" 1 "$(grep -c '^#' "$out")"
expect_runs 1
