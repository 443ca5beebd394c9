#!/bin/sh
# Whether a webhook's call arrived can't be told: it is not called again by itself. --again calls it once more, with the same key; --drop lets it be.
# builds: one
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
unknown() { # number of the entry, of the calls so far
    expect_exit 3 gate publish
    expect_text "gate publish --again $1"
    expect_text "gate publish --drop $1"
    expect_requests "$2" webhook POST
    expect_exit 0 gate publish --list
    expect_text "#$1  unknown"
    expect_no_text "canary"
}
merge_into_staging_unseen more
smuggle origin staging
faults webhook 'POST / cut-answer'
unknown 1 1
faults webhook
unknown 1 1
expect_exit 0 gate publish --again 1
expect_requests 2 webhook POST
expect_same "the keys" True "$(webhook_says 'heads[0]["idempotency-key"] == heads[1]["idempotency-key"]')"
expect_same "what it was told" True "$(webhook_says 'bodies[0]["digest"] == bodies[1]["digest"]')"
expect_exit 0 gate publish
expect_all_published

merge_into_staging_unseen "even more"
smuggle origin staging
faults webhook 'POST / 500'
unknown 2 3
faults webhook
unknown 2 3
gate publish --drop 2 >"$out" 2>&1 || :
cat "$out"
expect_requests 3 webhook POST
expect_same "the branch tag" "$(registry_digest app "$commit")" "$(registry_digest app staging)"
expect_exit 0 gate publish --list
expect_text "dropped by hand"
