#!/bin/sh
# What staging has published of a commit is another branch's as well, without build, test or push: not a byte of a layer moves.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
LIVE=$REGISTRY
export LIVE
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]' '' \
    '[publish.live]' 'branch = "live"' 'suite = "tests"' 'to = "{env:LIVE}/live"' 'from = "api"' 'tags = ["live", "{commit}"]' '' \
    '[[branch]]' 'match = ["live"]' 'allow = ["fast-forward"]' 'from = ["staging"]'
git switch -q -c live master
smuggle -u origin live
merge_into_staging_unseen more
smuggle origin staging
expect_exit 0 gate publish
git clone -q "$T/remote.git" "$T/second"
cd "$T/second"
git switch -q live
git merge -q --ff-only origin/staging
trusted HEAD
smuggle origin live
rm -f "$servers/proxy.requests"
(
    no_engine
    expect_exit 0 gate publish
)
expect_text "published to $REGISTRY/live"
expect_runs 0
expect_same "tags" "$(printf '%s\n' "$commit" live | sort)" "$(registry_tags live | sort)"
expect_same "the digest" "$(registry_digest app "$commit")" "$(registry_digest live "$commit")"
expect_same "the branch tag" "$(registry_digest app "$commit")" "$(registry_digest live live)"
expect_requests 0 proxy "^PATCH"
