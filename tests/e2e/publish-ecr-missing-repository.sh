#!/bin/sh
# The repository that the tutorials' readers end without: the exact command that makes it, before a suite is run or a byte is pushed.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_ecr another
REGISTRY=$ecr_host
new_repo_with_publishing
merge_into_staging more
expect_text "AWS ECR has no repository app in account $ecr_account, region $ecr_region"
expect_text "mend: aws ecr create-repository --repository-name app --region eu-west-1"
expect_held_up "AWS ECR has no repository app"
expect_runs 0
expect_same "images" "" "$(docker images -q "$ecr_host/app")"
expect_no_text "canary"
