#!/bin/sh
# Once a publication is done its webhook is called: once, with what was published and no more; before that it is not.
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
merge_into_staging_unseen more
expect_exit 0 gate publish
expect_requests 0 webhook
smuggle origin staging
# A server that is too busy is asked again.
faults webhook 'POST /deploy 429 2'
expect_exit 0 gate publish
expect_no_text "canary"
expect_requests 3 webhook POST
expect_same "calls that came through" 1 "$(wc -l <"$servers/webhook.bodies")"
expect_same "what it was told" "1 api $REGISTRY/app $(registry_digest app "$commit") refs/heads/staging $commit $(oid "HEAD^{tree}") ['$commit', 'staging']" \
    "$(webhook_says '" ".join(str(bodies[0][key]) for key in ("schema", "publication", "image", "digest", "branch", "commit", "tree")) + " " + str(sorted(bodies[0]["tags"]))')"
expect_same "no more" "['branch', 'commit', 'digest', 'image', 'publication', 'published', 'schema', 'tags', 'tree']" "$(webhook_says 'sorted(bodies[0])')"
expect_same "its kind" "application/json" "$(webhook_says 'heads[0]["content-type"].split(";")[0]')"
expect_same "a key" True "$(webhook_says 'len(heads[0]["idempotency-key"]) > 8')"
expect_same "when" True "$(webhook_says '__import__("re").fullmatch("20..-..-..T..:..:..Z", bodies[0]["published"]) is not None')"
expect_exit 0 gate publish
expect_requests 3 webhook POST
expect_all_published

# A server that is not there holds the publication up, and gets it later.
stop_server webhook KILL
merge_into_staging_unseen "still more"
smuggle origin staging
expect_exit 3 gate publish
expect_text "the webhook was not called"
expect_no_text "canary"
start_webhook
DEPLOY_HOOK=$webhook_url
expect_exit 0 gate publish
expect_same "calls" 2 "$(wc -l <"$servers/webhook.bodies")"
expect_same "of this one" "$commit" "$(webhook_says 'bodies[1]["commit"]')"
expect_same "another key" True "$(webhook_says 'heads[0]["idempotency-key"] != heads[1]["idempotency-key"]')"

# No URL at all, or one by plain http to somewhere else.
merge_into_staging_unseen "and more"
smuggle origin staging
DEPLOY_HOOK=http://192.0.2.1/canary
expect_exit 3 gate publish
expect_text "DEPLOY_HOOK"
expect_no_text "canary"
unset DEPLOY_HOOK
gate publish >"$out" 2>&1 && fail "it ended well without its variable"
cat "$out"
expect_text "DEPLOY_HOOK"
