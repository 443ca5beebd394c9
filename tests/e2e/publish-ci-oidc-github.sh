#!/bin/sh
# In GitHub Actions the job's own identity is asked for, and given to STS: no key is stored anywhere. A job without the permission is told which one.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_ecr another
no_keys
REGISTRY=$ecr_host
new_repo_with_publishing
before=$(oid staging)
commit file more "More"
smuggle origin development
smuggle origin development:staging
git clone -q "$T/remote.git" "$T/job"
cd "$T/job"
git switch -q --detach origin/staging
GITHUB_ACTIONS=true CI=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/staging GITHUB_SHA=$(oid HEAD)
GITHUB_EVENT_PATH=$T/event.json
export GITHUB_ACTIONS CI GITHUB_EVENT_NAME GITHUB_REF GITHUB_SHA GITHUB_EVENT_PATH
printf '{"before": "%s", "after": "%s", "ref": "refs/heads/staging"}' "$before" "$GITHUB_SHA" >"$T/event.json"
AWS_ROLE_ARN=arn:aws:iam::$ecr_account:role/of-ci
export AWS_ROLE_ARN
expect_exit 3 gate publish
expect_text "id-token"
ACTIONS_ID_TOKEN_REQUEST_URL="http://$aws_stand/oidc?api-version=2.0" ACTIONS_ID_TOKEN_REQUEST_TOKEN=$oidc_token
export ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_TOKEN
expect_keys_taken ASIA
expect_requests 1 ecr "^GET /oidc?api-version=2.0&audience=sts.amazonaws.com"
expect_requests 1 ecr "^POST AssumeRoleWithWebIdentity$"
ACTIONS_ID_TOKEN_REQUEST_TOKEN=canary-wrong
expect_not_yet
