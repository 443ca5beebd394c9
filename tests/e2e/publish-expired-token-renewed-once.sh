#!/bin/sh
# A login that expires in the middle of a publication: a new one is got, once, and all goes well; one that is always too old is
# no reason to go on for ever.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

own_world
start_ecr app
own_engine
new_repo_with_publishing
tested_merge() { # text
    merge_into_staging_unseen "$1"
    smuggle origin staging
    expect_exit 0 gate check
    rm -f "$servers/ecr.requests"
}
tokens() { requests ecr "^POST GetAuthorizationToken"; }
tested_merge one
expect_exit 0 gate publish
usual=$(tokens)

tested_merge two
faults proxy "PUT /manifests/$commit renew 1"
expect_exit 0 gate publish
expect_text "published to $ecr_host/app"
expect_same "tokens" $((usual + 1)) "$(tokens)"
expect_all_published

# The branch tag is moved by gate itself: the same holds there.
tested_merge three
faults proxy "PUT /manifests/staging renew 1"
expect_exit 0 gate publish
expect_same "tokens" $((usual + 1)) "$(tokens)"
expect_all_published

tested_merge four
faults proxy 'PUT /manifests/ expired'
expect_exit 3 gate publish
expect_text "expired"
expect_no_text "canary"
expect_same "tokens" $((usual + 1)) "$(tokens)"
expect_same "tries" 2 "$(answers proxy "^403 PUT /v2/app/manifests/$commit")"
faults proxy
expect_exit 0 gate publish
expect_all_published
