#!/bin/sh
# A key that can't be used keeps no publication from being done; the attestation is made later, and nothing else again.
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
new_attested_repo
sign_as ci
mv "$T/keys/ci" "$T/keys/elsewhere"
merge_into_staging more
smuggle origin staging
expect_exit 0 gate publish
expect_text "the image has no attestation: "
expect_text "gate publish --again 1"
expect_plain "$out"
expect_all_published
expect_exit 0 gate publish --list
expect_text "the image has no attestation: "
expect_exit 1 gate verify "$REGISTRY/app:staging"
digest=$(registry_digest app "$commit")

mv "$T/keys/elsewhere" "$T/keys/ci"
expect_exit 0 gate publish --again 1
expect_text "attested that it passed"
expect_exit 0 gate publish --list
expect_no_text "has no attestation"
expect_exit 0 gate verify "$REGISTRY/app:staging"
expect_same "the digest" "$digest" "$(registry_digest app "$commit")"
expect_all_published
