#!/bin/sh
# With a promoted image goes what was attested of it; whoever promotes needs no key, and signs nothing.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-attested.sh
. "$support/lib-attested.sh"

start_registry
new_signer ci
new_attested_repo 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]' '' \
    '[publish.live]' 'branch = "live"' 'suite = "tests"' 'to = "{env:REGISTRY}/live"' 'from = "api"' 'tags = ["live", "{commit}"]' '' \
    '[[branch]]' 'match = ["live"]' 'allow = ["fast-forward"]' 'from = ["staging"]'
sign_as ci
git switch -q -c live master
smuggle -u origin live
merge_into_staging more
expect_finished
git config --unset user.signingKey
git switch -q live
git -c core.hooksPath=/dev/null merge -q --ff-only staging
smuggle origin live
expect_exit 0 gate publish
expect_text "its attestation in $REGISTRY/app goes along"
expect_same "the digest" "$(registry_digest app "$commit")" "$(registry_digest live live)"
expect_exit 0 gate verify "$REGISTRY/live:live"
expect_text "ci@example.com (ci)"
