#!/bin/sh
# AWS that is too busy for a moment is asked again; AWS that is out of order or talks nonsense is one sentence.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_ecr another
REGISTRY=$ecr_host
new_repo_with_publishing
merge_into_staging_unseen more
faults ecr 'POST GetAuthorizationToken ThrottlingException 2' 'POST DescribeRepositories ThrottlingException 1'
expect_held_up "AWS ECR has no repository app"
expect_requests 3 ecr "^POST GetAuthorizationToken"
expect_requests 2 ecr "^POST DescribeRepositories"
faults ecr 'POST GetAuthorizationToken ThrottlingException'
expect_held_up "is too busy"
faults ecr 'POST GetAuthorizationToken 503'
expect_held_up "is too busy (503)"
faults ecr 'POST GetAuthorizationToken garbage'
expect_held_up "gives an answer without a login in it"
expect_exit 3 gate publish
expect_text "AWS_ENDPOINT_URL_ECR"
faults ecr 'POST GetAuthorizationToken cut-answer'
expect_held_up "was cut"
expect_runs 0
