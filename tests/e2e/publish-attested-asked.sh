#!/bin/sh
# Which branch's image it is to be, by whose policy; and which words are no image.
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
merge_into_staging more
expect_finished

expect_exit 0 gate verify "$REGISTRY/app:staging" --branch staging --remote origin
expect_text "published by [publish.api] to $REGISTRY/app"
expect_exit 1 gate verify "$REGISTRY/app:staging" --branch master
expect_text "it says to be of staging, not of master"
expect_plain "$out"
expect_exit 2 gate verify "$REGISTRY/app:staging" --branch 'a b'
expect_exit 2 gate verify "$REGISTRY/app:staging" --remote nowhere
expect_text "there is no remote nowhere"
expect_exit 2 gate verify "$REGISTRY/app:staging" --as server
expect_text "--as is not for images"

# Nobody asks Docker Hub for a mistyped branch.
for word in origin/featur featur:x alpine; do
    expect_exit 2 gate verify "$word"
    expect_text "there is no commit \"$word\" here"
    expect_text "gate verify --image NAME"
done
