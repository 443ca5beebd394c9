#!/bin/sh
# An older publication that is finished after a newer one calls no webhook: nobody is to deploy what is older. That is said.
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
merge_into_staging_unseen one
older=$commit
smuggle origin staging
merge_into_staging_unseen two
newer=$commit
smuggle origin staging
git clone -q "$T/remote.git" "$T/colleague"
(
    cd "$T/colleague"
    git switch -q staging
    trusted HEAD
    expect_exit 0 gate publish
)
expect_same "calls" 1 "$(wc -l <"$servers/webhook.bodies")"
git reset -q --hard "$older"
expect_exit 0 gate publish
expect_text "the tag staging was left where it is: it shows $(git rev-parse --short=8 "$newer"), which is newer"
expect_text "the webhook was not called"
expect_same "calls" 1 "$(wc -l <"$servers/webhook.bodies")"
expect_same "of the newer" "$newer" "$(webhook_says 'bodies[0]["commit"]')"
[ "$(registry_digest app "$older")" != none ] || fail "the older one was not published at all"
expect_same "the branch tag" "$(registry_digest app "$newer")" "$(registry_digest app staging)"
expect_exit 0 gate publish
expect_same "calls" 1 "$(wc -l <"$servers/webhook.bodies")"
