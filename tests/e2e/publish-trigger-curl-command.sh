#!/bin/sh
# The tutorials' variable holds a whole curl command: its URL is taken out, and nothing of it is executed.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_trigger
# shellcheck disable=SC2089 # a text, and nothing else
DEPLOY="curl -H 'Content-Type: application/json' --data '{\"build\": true}' -X POST '$trigger_url' && touch $T/executed; \$(touch $T/executed)"
# shellcheck disable=SC2090
export DEPLOY
new_repo_with_publishing 'branch = "staging"' 'trigger = { env = "DEPLOY" }' 'by = "local"'
merge_into_staging_unseen more
smuggle origin staging
expect_exit 0 gate publish
expect_text "accepted by Docker Hub"
expect_requests 1 trigger "^POST $trigger_path_\$"
expect_same "body" '{"source_name":"staging","source_type":"Branch"}' "$(cat "$servers/trigger.bodies")"
[ ! -e "$T/executed" ] || fail "it was executed"
