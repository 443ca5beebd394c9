#!/bin/sh
# The same by merges: other commits, and one tree. One run, one image, in both stages.
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
verdict_table true >>gate.toml
know_signers
smuggle origin HEAD:staging HEAD:master
trusted HEAD
sign_as alice
commit file more "More"
expect_exit 0 gate push -q origin development
expect_exit 0 gate land development --into staging
expect_text "published to $REGISTRY/app"
staged=$(remote_tip staging)
expect_same "its tree" "$(oid 'development^{tree}')" "$(oid "$staged^{tree}")"
[ "$staged" != "$(oid development)" ] || fail "that is no merge"
expect_runs 1
clone_of bob
(
    no_engine
    expect_exit 0 gate land origin/staging --into master
)
expect_text "alice@example.com (dev)"
expect_text "published to $REGISTRY/live"
live=$(remote_tip master)
[ "$live" != "$staged" ] || fail "that is no merge"
expect_same "its tree" "$(oid "$staged^{tree}")" "$(oid "$live^{tree}")"
expect_runs 0
[ "$(registry_digest app "$staged")" != none ] || fail "staging has published nothing"
expect_same "the digest" "$(registry_digest app "$staged")" "$(registry_digest live "$live")"
