#!/bin/sh
# The whole way to ECR, with a session's keys: neither they nor the password that they get are anywhere to be read.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

own_world
command -v strace >/dev/null || skip "strace is not installed"
ASAN_OPTIONS=detect_leaks=0 # it can't look for them under strace
export ASAN_OPTIONS
ecr_session_token="canary/session+token==$mark"
start_ecr app
own_engine
new_repo_with_publishing
merge_into_staging_unseen more
smuggle origin staging
faults proxy 'PUT /manifests/ expired'
watched 3 gate publish
faults proxy
watched 0 gate publish
expect_text "published to $ecr_host/app"
expect_text "the tag staging moved to it"
watched 0 gate publish --list
expect_no_secret "$AWS_SECRET_ACCESS_KEY" "$ecr_session_token" "$ecr_password"
