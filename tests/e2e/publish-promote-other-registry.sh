#!/bin/sh
# From one registry to another nothing can be promoted: the tested image is pushed in the usual way, and not tested again.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_fake other registry --upstream "$registry"
LIVE=$address
export LIVE
echo "$LIVE" >"$servers/other.host"
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]' '' \
    '[publish.live]' 'branch = "live"' 'suite = "tests"' 'to = "{env:LIVE}/live"' 'from = "api"' 'tags = ["live", "{commit}"]' '' \
    '[[branch]]' 'match = ["live"]' 'allow = ["fast-forward"]' 'from = ["staging"]'
git switch -q -c live master
smuggle -u origin live
merge_into_staging_unseen more
smuggle origin staging
expect_exit 0 gate publish
git switch -q live
git -c core.hooksPath=/dev/null merge -q --ff-only staging
smuggle origin live
expect_exit 0 gate publish
expect_text "published to $LIVE/live"
expect_requests 1 other "^PUT /v2/live/manifests/$commit"
expect_same "the image" "$(registry_image_id app "$commit")" "$(registry_image_id live "$commit")"
expect_same "the branch tag" "$(registry_digest live "$commit")" "$(registry_digest live live)"
expect_runs 1
