#!/bin/sh
# From development over staging to master by fast-forwards: the suite has run once, on one machine, and both stages have the very image.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_signer alice
new_signer bob
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]' '' \
    '[publish.live]' 'branch = "master"' 'suite = "tests"' 'to = "{env:REGISTRY}/live"' 'from = "api"' 'tags = ["live", "{commit}"]'
sed -i 's/^allow = .*/allow = ["fast-forward"]/' gate.toml
verdict_table true >>gate.toml
know_signers
smuggle origin HEAD:staging HEAD:master
trusted HEAD
sign_as alice
commit file more "More"
commit=$(oid HEAD)
expect_exit 0 gate push -q origin development
expect_runs 1
expect_exit 0 gate land development --into staging
expect_text "as a fast-forward"
expect_text "published to $REGISTRY/app"
expect_same "staging on the remote" "$commit" "$(remote_tip staging)"
expect_same "the tag staging" "$(registry_digest app "$commit")" "$(registry_digest app staging)"
expect_runs 1
clone_of bob
(
    no_engine
    expect_exit 0 gate land origin/staging --into master
)
expect_text "as a fast-forward"
expect_text "alice@example.com (dev)"
expect_text "published to $REGISTRY/live"
expect_same "master on the remote" "$commit" "$(remote_tip master)"
expect_runs 0
[ "$(registry_digest app "$commit")" != none ] || fail "staging has published nothing"
expect_same "the digest" "$(registry_digest app "$commit")" "$(registry_digest live "$commit")"
expect_same "the tag live" "$(registry_digest app "$commit")" "$(registry_digest live live)"
