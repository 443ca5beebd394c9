#!/bin/sh
# The registry is away: one sentence, and it is finished when it is back.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
stop_registry KILL
merge_into_staging more
expect_text "not published"
expect_held_up "no connection to $REGISTRY"
start_registry
expect_finished
