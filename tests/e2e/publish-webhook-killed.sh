#!/bin/sh
# kill -9 while a webhook is being called, and right before: it was called once at most, and what can't be known is said.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_webhook
DEPLOY_HOOK=$webhook_url
export DEPLOY_HOOK
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]' \
    'after = { webhook = { env = "DEPLOY_HOOK" } }'
merge_into_staging_unseen more
smuggle origin staging
faults webhook 'POST / hang'
start_publish killed
wait_for_request webhook POST
# shellcheck disable=SC2154 # of start_publish
kill -KILL "$process_killed"
end_of_publish killed
faults webhook
expect_exit 3 gate publish
expect_text "gate publish --again 1"
expect_requests 1 webhook POST
expect_exit 0 gate publish --list
expect_text "#1  unknown"
expect_same "the branch tag" "$(registry_digest app "$commit")" "$(registry_digest app staging)"
expect_exit 0 gate publish --again 1
expect_requests 2 webhook POST
expect_exit 0 gate publish
expect_requests 2 webhook POST
expect_all_published
