#!/bin/sh
# One publication to several places, from one run of the suite; one that can not be reached does not hold up the others.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'tags = ["{branch}", "{commit}"]' \
    'to = ["{env:REGISTRY}/app", "{env:REGISTRY}/team/app", "127.0.0.1:1/away"]'
merge_into_staging more
expect_text "published to $REGISTRY/app"
expect_text "published to $REGISTRY/team/app"
expect_text "to 127.0.0.1:1/away: not published: no connection to 127.0.0.1:1"
smuggle origin staging
expect_exit 3 gate publish
for repository in app team/app; do
    expect_same "$repository" "$(printf '%s\n' "$commit" staging | sort)" "$(registry_tags "$repository" | sort)"
    expect_same "$repository: the branch tag" "$(registry_digest "$repository" "$commit")" "$(registry_digest "$repository" staging)"
done
expect_same "the digests" "$(registry_digest app "$commit")" "$(registry_digest team/app "$commit")"
expect_exit 0 gate publish --list
expect_same "entries" 3 "$(grep -c '^#' "$out")"
expect_same "published" 2 "$(grep -c '^#.*  published  ' "$out")"
expect_runs 1
