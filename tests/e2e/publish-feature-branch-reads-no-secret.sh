#!/bin/sh
# Secrets are read for a publication only: not on a feature branch, not for a pull request, not in a push. A trap stands where each is.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_ecr another
no_keys
REGISTRY=$ecr_host
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]' \
    'after = { webhook = { env = "DEPLOY_HOOK" } }'
DEPLOY_HOOK=https://canary.invalid/$mark
mkdir -p "$T/programs"
printf '%s\n' '#!/bin/sh' "echo \"\$0 \$*\" >>'$T/trapped'" 'exit 1' >"$T/programs/aws"
cp "$T/programs/aws" "$T/programs/process"
chmod +x "$T/programs"/*
PATH=$T/programs:$PATH
aws_file config '[default]' "credential_process = $T/programs/process"
AWS_CONTAINER_CREDENTIALS_FULL_URI=http://$aws_stand/container AWS_EC2_METADATA_SERVICE_ENDPOINT=http://$aws_stand/
AWS_EC2_METADATA_DISABLED=false
export DEPLOY_HOOK AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_EC2_METADATA_SERVICE_ENDPOINT AWS_EC2_METADATA_DISABLED
untouched() { # after what
    [ ! -e "$T/trapped" ] || fail "$1: $(cat "$T/trapped")"
    [ ! -e "$servers/ecr.requests" ] || fail "$1: AWS was asked $(cat "$servers/ecr.requests")"
}

git switch -q -c feature development
commit file more "More"
expect_exit 0 gate check
expect_exit 0 gate publish
untouched "gate publish on a feature branch"
expect_exit 0 git push origin feature
untouched "git push of a feature branch"
git switch -q development
expect_exit 0 git merge -q feature
expect_exit 0 git push origin development
untouched "a merge into development"
expect_exit 0 gate publish --list
expect_exit 0 gate status
untouched "gate publish --list"
(
    git switch -q --detach origin/staging
    git merge -q --no-ff -m "Merge $(oid development) into $(oid origin/staging)" development
    GITHUB_ACTIONS=true CI=true GITHUB_EVENT_NAME=pull_request GITHUB_BASE_REF=staging GITHUB_HEAD_REF=development
    GITHUB_REF=refs/pull/1/merge GITHUB_SHA=$(oid HEAD) ACTIONS_ID_TOKEN_REQUEST_URL=http://$aws_stand/oidc ACTIONS_ID_TOKEN_REQUEST_TOKEN=canary
    AWS_ROLE_ARN=arn:aws:iam::$ecr_account:role/of-ci
    export GITHUB_ACTIONS CI GITHUB_EVENT_NAME GITHUB_BASE_REF GITHUB_HEAD_REF GITHUB_REF GITHUB_SHA ACTIONS_ID_TOKEN_REQUEST_URL
    export ACTIONS_ID_TOKEN_REQUEST_TOKEN AWS_ROLE_ARN
    expect_exit 0 gate check
    expect_exit 0 gate publish
    expect_text "never a pull request"
    # A branch of another's that bears the name elsewhere.
    GITHUB_EVENT_NAME=push GITHUB_REF=refs/tags/staging
    printf '{"before": "%s"}' "$zeros" >"$T/event.json"
    GITHUB_EVENT_PATH=$T/event.json
    export GITHUB_EVENT_PATH
    expect_exit 0 gate publish
)
untouched "a pull request"

# The traps do work.
git switch -q staging
git -c core.hooksPath=/dev/null merge -q development
expect_exit 3 gate publish
[ -e "$T/trapped" ] || fail "the traps were not stepped on for a publication, either"
