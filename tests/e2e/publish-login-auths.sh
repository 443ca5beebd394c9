#!/bin/sh
# A login that docker keeps in its configuration serves for the push and for looking; the configuration is only read.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry --auth "canary-user:canary-password-$mark"
docker_knows "$registry" "$login_"
new_repo_with_publishing
before=$(sha256sum <"$DOCKER_CONFIG/config.json")
merge_into_staging more
expect_text "published to $REGISTRY/app"
expect_finished
expect_same "docker's configuration" "$before" "$(sha256sum <"$DOCKER_CONFIG/config.json")"
