#!/bin/sh
# A profile whose role is assumed with the keys of another one; a role that may not be assumed is an error, and no other keys are tried.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_ecr another
no_keys
REGISTRY=$ecr_host
new_repo_with_publishing
merge_into_staging_unseen more
aws_file credentials '[base]' "aws_access_key_id = $ecr_key" "aws_secret_access_key = $ecr_secret"
aws_file config '[profile deploy]' "role_arn = arn:aws:iam::$ecr_account:role/publisher" 'source_profile = base' 'role_session_name = of-a-test'
AWS_PROFILE=deploy
export AWS_PROFILE
expect_keys_taken ASIA
expect_requests 1 ecr "^POST AssumeRole$"
expect_text "RoleArn=arn:aws:iam::$ecr_account:role/publisher" "$servers/ecr.sts"
expect_text "RoleSessionName=of-a-test" "$servers/ecr.sts"

# The keys of the environment come before the profile; one that fails is not passed over.
AWS_ACCESS_KEY_ID=$ecr_key AWS_SECRET_ACCESS_KEY=$ecr_secret
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
expect_keys_taken AKIDEXAMPLE
expect_requests 1 ecr "^POST AssumeRole$"
no_keys
faults ecr 'POST AssumeRole AccessDenied'
tokens=$(requests ecr "^POST GetAuthorizationToken")
printf '%s\n' '[default]' "aws_access_key_id = $ecr_key" "aws_secret_access_key = $ecr_secret" >>"$HOME/.aws/credentials"
expect_held_up "$ecr_account:role/publisher"
expect_no_text "canary"
expect_requests "$tokens" ecr "^POST GetAuthorizationToken"
faults ecr
AWS_PROFILE=nowhere
expect_held_up "nowhere"
expect_requests "$tokens" ecr "^POST GetAuthorizationToken"
expect_runs 0
