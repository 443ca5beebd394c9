#!/bin/sh
# AWS ECR, the whole way, with keys from the environment: a login, the push, the digest read back, the branch tag.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

own_world
start_ecr app
own_engine
new_repo_with_publishing
merge_into_staging more
expect_text "published to $ecr_host/app"
expect_text "read back: the image that was tested"
expect_finished
expect_requests 1 proxy "^PUT /v2/app/manifests/$commit"
expect_requests 1 proxy "^PUT /v2/app/manifests/staging"
expect_same "tags" "$(printf '%s\n' "$commit" staging | sort)" "$(registry_tags app | sort)"
expect_same "the image" "$(docker images -q --no-trunc 'gate-image/*' | sort -u)" "$(registry_image_id app "$commit")"
expect_runs 1
