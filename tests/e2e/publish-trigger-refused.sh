#!/bin/sh
# A trigger that says no has built nothing: it stays pending, and is asked again.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_trigger
DEPLOY=$trigger_url
export DEPLOY
new_repo_with_publishing 'branch = "staging"' 'trigger = { env = "DEPLOY" }' 'by = "local"'
merge_into_staging_unseen more
smuggle origin staging
for code in 404 429 400; do
    faults trigger "POST / $code"
    expect_held_up "($code)"
    expect_no_text "canary"
done
expect_same "builds" 0 "$(answers trigger "^202")"
faults trigger
expect_exit 0 gate publish
expect_text "accepted by Docker Hub"
expect_same "builds" 1 "$(answers trigger "^202")"
