#!/bin/sh
# What only AWS' own program knows (here: single sign-on) is asked of it; where it is not there, or fails, that is said with the command
# that mends it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_ecr another
no_keys
REGISTRY=$ecr_host
new_repo_with_publishing
merge_into_staging_unseen more
aws_file config '[profile people]' 'sso_session = corporation' 'sso_account_id = 123456789012' 'sso_role_name = developers' \
    '[sso-session corporation]' 'sso_region = eu-west-1' 'sso_start_url = https://example.awsapps.com/start'
AWS_PROFILE=people
export AWS_PROFILE
echo "AKIAOFTHECLI canary/of+cli-$mark canary/session+of+cli $ecr_account" >"$servers/ecr.keys"
mkdir "$T/programs"
printf '%s\n' '#!/bin/sh' "echo \"\$*\" >>'$T/asked'" "cat '$T/answer'" "exit \"\$(cat '$T/status')\"" >"$T/programs/aws"
chmod +x "$T/programs/aws"
printf '{"Version": 1, "AccessKeyId": "AKIAOFTHECLI", "SecretAccessKey": "canary/of+cli-%s", "SessionToken": "canary/session+of+cli"}\n' "$mark" \
    >"$T/answer"
echo 0 >"$T/status"
PATH=$T/programs:$PATH
expect_keys_taken AKIAOFTHECLI
expect_text "configure export-credentials" "$T/asked"
expect_no_text "canary" "$T/asked"
: >"$T/answer"
echo 255 >"$T/status"
expect_not_yet
expect_exit 3 gate publish
expect_text "aws sso login"
expect_runs 0
