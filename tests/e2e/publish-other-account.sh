#!/bin/sh
# Keys of another account than the one in the image's name: both are named, and nothing is run.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

own_world
start_ecr app
REGISTRY=$ecr_host
new_repo_with_publishing
merge_into_staging_unseen more
echo "AKIAOFANOTHER canary/of+another-$mark - 999999999999" >"$servers/ecr.keys"
AWS_ACCESS_KEY_ID=AKIAOFANOTHER AWS_SECRET_ACCESS_KEY=canary/of+another-$mark
expect_held_up "999999999999"
expect_exit 3 gate publish
expect_text "$ecr_account"
expect_no_text "canary"
expect_runs 0
