#!/bin/sh
# Wherever AWS' keys come from, and whatever follows a publication: no secret of any of it is to be read in what is said, in files, in
# children's arguments or environment, in the image or in the ledger.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

command -v strace >/dev/null || skip "strace is not installed"
ASAN_OPTIONS=detect_leaks=0 # it can't look for them under strace
export ASAN_OPTIONS
start_ecr another
no_keys
start_webhook
DEPLOY_HOOK=$webhook_url
export DEPLOY_HOOK
start_registry --auth "canary-user:canary-pass-$mark"
docker_knows "$REGISTRY" "canary-user:canary-pass-$mark"
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' "to = [\"{env:REGISTRY}/app\", \"$ecr_host/app\"]" 'tags = ["{branch}", "{commit}"]' \
    'git_tag = "out-{short_commit}"' 'after = { webhook = { env = "DEPLOY_HOOK" } }'
merge_into_staging_unseen more
smuggle origin staging

# Each source in turn. Its files stand outside of what is searched: they are the user's, with his secrets in them.
mkdir -p "$T/sources"
AWS_CONFIG_FILE=$T/sources/config AWS_SHARED_CREDENTIALS_FILE=$T/sources/credentials
export AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE
printf '%s\n' '[base]' "aws_access_key_id = $ecr_key" "aws_secret_access_key = $ecr_secret" >"$T/sources/credentials"
echo "AKIAOFAPROCESS canary/of+process-$mark canary/session+process-$mark $ecr_account" >"$servers/ecr.keys"
printf '%s\n' '#!/bin/sh' "cat '$T/sources/answer'" >"$T/sources/process"
chmod +x "$T/sources/process"
printf '{"Version": 1, "AccessKeyId": "AKIAOFAPROCESS", "SecretAccessKey": "canary/of+process-%s", "SessionToken": "canary/session+process-%s"}' \
    "$mark" "$mark" >"$T/sources/answer"
printf '%s\n' '[profile role]' "role_arn = arn:aws:iam::$ecr_account:role/publisher" 'source_profile = base' \
    '[profile process]' "credential_process = $T/sources/process" >"$T/sources/config"
printf '%s' "$web_token" >"$T/sources/web-token"
taken() { # by the words of the repository that is not there
    watched 3 gate publish
    expect_text "aws ecr create-repository"
    expect_no_text "canary"
}
(AWS_PROFILE=role && export AWS_PROFILE && taken)
watched_=1
(AWS_PROFILE=process && export AWS_PROFILE && taken)
watched_=2
(
    AWS_ROLE_ARN=arn:aws:iam::$ecr_account:role/of-ci AWS_WEB_IDENTITY_TOKEN_FILE=$T/sources/web-token
    export AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE
    taken
)
watched_=3
(
    AWS_CONTAINER_CREDENTIALS_FULL_URI=http://$aws_stand/container AWS_CONTAINER_AUTHORIZATION_TOKEN=$container_token
    export AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN
    taken
)
watched_=4
(
    AWS_EC2_METADATA_DISABLED=false AWS_EC2_METADATA_SERVICE_ENDPOINT=http://$aws_stand/
    export AWS_EC2_METADATA_DISABLED AWS_EC2_METADATA_SERVICE_ENDPOINT
    taken
)
watched_=5
# Errors that quote what they were shown.
for fault in 'POST AssumeRole quote-500' 'POST AssumeRole garbage' 'POST GetAuthorizationToken quote-AccessDeniedException'; do
    faults ecr "$fault"
    AWS_PROFILE=role
    export AWS_PROFILE
    watched 3 gate publish
    expect_no_text "canary"
done
unset AWS_PROFILE
faults ecr
merge_into_staging_unseen "still more"
smuggle origin staging
for fault in 'POST / 404' 'POST / 307=http://127.0.0.1:1/x' 'POST / cut-answer'; do
    faults webhook "$fault"
    watched 3 gate publish
    expect_no_text "canary"
done
watched 0 gate publish --list
watched 0 gate status

ledger_text "$T/remote.git" >"$T/said.ledger"
[ -s "$T/said.ledger" ] || fail "there is no ledger"
git --git-dir "$T/remote.git" for-each-ref --format='%(contents)' refs/tags >"$T/said.tags"
cut -d ' ' -f 3- "$servers/ecr.issued" | tr ' ' '\n' >"$T/issued"
[ "$(wc -l <"$T/issued")" -ge 6 ] || fail "AWS has handed out too little for a test"
# shellcheck disable=SC2046 # words
set -- $(cat "$T/issued")
# What is the environment's is with those whom gate starts in the user's name: git's hooks, and helpers. Not here: there are none.
expect_no_secret "$ecr_secret" "$ecr_password" "$container_token" "$web_token" "canary/of+process-$mark" "canary/session+process-$mark" \
    "canary-pass-$mark" "canary-webhook-$mark" "$@"
