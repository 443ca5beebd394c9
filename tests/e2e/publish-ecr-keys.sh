#!/bin/sh
# Keys that may not, have expired, or are wrong: AWS' own reason in one sentence, no key and no suite.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_ecr app
REGISTRY=$ecr_host
new_repo_with_publishing
merge_into_staging_unseen more
faults ecr 'POST GetAuthorizationToken AccessDeniedException'
expect_held_up "does not allow these keys ecr:GetAuthorizationToken"
expect_no_text "canary"
faults ecr 'POST GetAuthorizationToken ExpiredTokenException'
expect_held_up "the keys of AWS_ACCESS_KEY_ID have expired"
faults ecr 'POST GetAuthorizationToken UnrecognizedClientException'
expect_held_up "does not take the keys of AWS_ACCESS_KEY_ID"
faults ecr
kept=$AWS_SECRET_ACCESS_KEY
AWS_SECRET_ACCESS_KEY=canary-wrong-$mark
expect_held_up "does not take the keys of AWS_ACCESS_KEY_ID"
expect_no_text "canary"
AWS_SECRET_ACCESS_KEY=$kept AWS_SESSION_TOKEN=canary-of-another-session
export AWS_SESSION_TOKEN
expect_held_up "does not take the keys of AWS_ACCESS_KEY_ID"
unset AWS_SESSION_TOKEN AWS_SECRET_ACCESS_KEY
expect_held_up "of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set"
unset AWS_ACCESS_KEY_ID
expect_held_up "there is no login for $ecr_host"
expect_runs 0
