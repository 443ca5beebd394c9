#!/bin/sh
# A web identity's token from a file is given to STS, unsigned; a token that STS does not take is one sentence without it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_ecr another
no_keys
REGISTRY=$ecr_host
new_repo_with_publishing
merge_into_staging_unseen more
printf '%s' "$web_token" >"$T/web-token"
AWS_ROLE_ARN=arn:aws:iam::$ecr_account:role/of-ci AWS_WEB_IDENTITY_TOKEN_FILE=$T/web-token AWS_ROLE_SESSION_NAME=job-7
export AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_SESSION_NAME
expect_keys_taken ASIA
expect_requests 1 ecr "^POST AssumeRoleWithWebIdentity$"
expect_text "RoleSessionName=job-7" "$servers/ecr.sts"
printf '%s' "canary-of-nobody.$mark.x" >"$T/web-token"
expect_not_yet
rm "$T/web-token"
expect_held_up "$T/web-token"
rm -f "$servers/ecr.requests"
faults ecr 'POST AssumeRoleWithWebIdentity 503 2'
printf '%s' "$web_token" >"$T/web-token"
expect_keys_taken ASIA
expect_requests 3 ecr "^POST AssumeRoleWithWebIdentity$"
expect_runs 0
