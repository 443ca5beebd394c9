#!/bin/sh
# One image that goes out for an unprotected branch and then for a protected one has a statement for each.
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
new_attested_repo 'branch = "development"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]' '' \
    '[publish.stage]' 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "s-{commit}"]'
sign_as ci
git switch -q development
commit file more more
smuggle origin development
expect_exit 0 gate publish
expect_exit 1 gate verify "$REGISTRY/app:development"
expect_text "development of origin, of which it says to be, is not protected"

git switch -q staging
git -c core.hooksPath=/dev/null merge -q --ff-only development
smuggle origin staging
expect_exit 0 gate publish
expect_text "attested that it passed"
expect_same "the digest" "$(registry_digest app development)" "$(registry_digest app staging)"
expect_exit 0 gate verify "$REGISTRY/app:staging"
expect_text "of staging (tree "
expect_text "published by [publish.stage] to $REGISTRY/app"
attached app "$(registry_digest app staging)"
expect_same "documents" 2 "$(grep -c . "$T/attached")"
expect_exit 0 gate publish
attached app "$(registry_digest app staging)"
expect_same "documents after another publish" 2 "$(grep -c . "$T/attached")"
