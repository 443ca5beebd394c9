#!/bin/sh
# Credentials of a container, with the token that its server wants; a server elsewhere by plain http is not asked.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_ecr another
no_keys
REGISTRY=$ecr_host
new_repo_with_publishing
merge_into_staging_unseen more
AWS_CONTAINER_CREDENTIALS_FULL_URI=http://$aws_stand/container AWS_CONTAINER_AUTHORIZATION_TOKEN=$container_token
export AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN
expect_keys_taken ASIA
expect_requests 1 ecr "^GET /container"
printf '%s' "$container_token" >"$T/container-token"
AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=$T/container-token
export AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
unset AWS_CONTAINER_AUTHORIZATION_TOKEN
expect_keys_taken ASIA
printf '%s' "canary-wrong" >"$T/container-token"
expect_not_yet
AWS_CONTAINER_CREDENTIALS_FULL_URI=http://192.0.2.1/container
expect_held_up "AWS_CONTAINER_CREDENTIALS_FULL_URI"
expect_runs 0
