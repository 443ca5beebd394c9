#!/bin/sh
# A merge that two [publish.NAME] name goes to both, from one run of the suite; one that can not be reached does not hold up the other.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' '' '[publish.second]' 'branch = "staging"' \
    'suite = "tests"' 'to = "{env:REGISTRY}/team/second"' 'tags = ["{commit}", "next"]' '' '[publish.away]' 'branch = "staging"' \
    'suite = "tests"' 'to = "127.0.0.1:1/away"' '' '[publish.other]' 'branch = "master"' 'suite = "tests"' 'to = "127.0.0.1:1/other"'
commit file more "More"
git push -q origin development
git switch -q staging
expect_exit 0 git merge development
expect_text "published to $REGISTRY/app"
expect_text "published to $REGISTRY/team/second"
expect_text "to 127.0.0.1:1/away: not published: no connection to 127.0.0.1:1"
expect_exit 0 gate push origin staging
commit=$(oid HEAD)
expect_same "app" "$(printf '%s\n' "$commit" staging | sort)" "$(registry_tags app | sort)"
expect_same "second" "$(printf '%s\n' "$commit" next | sort)" "$(registry_tags team/second | sort)"
expect_exit 3 gate publish
expect_exit 0 gate publish --list
expect_same "publications" 3 "$(grep -c '^#' "$out")"
expect_same "published" 2 "$(grep -c '^#.*  published  ' "$out")"
expect_runs 1
