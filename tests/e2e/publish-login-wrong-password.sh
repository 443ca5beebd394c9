#!/bin/sh
# A wrong password: a sentence with the docker login that mends it, without the password, before any suite is run.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry --auth "canary-user:canary-password-$mark"
docker_knows "$registry" "canary-user:canary-wrong-$mark"
new_repo_with_publishing
merge_into_staging more
expect_text "mend: docker login $registry"
expect_no_text "canary-wrong"
expect_runs 0
expect_held_up "$registry does not take the login of canary-user"
docker_knows "$registry" "$login_"
expect_finished
