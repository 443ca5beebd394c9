#!/bin/sh
# What follows a publication waits until all of its destinations have the image: nobody deploys a half.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
start_webhook
DEPLOY_HOOK=$webhook_url
export DEPLOY_HOOK
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = ["{env:REGISTRY}/app", "{env:REGISTRY}/second"]' \
    'tags = ["{branch}", "{commit}"]' 'git_tag = "out-{short_commit}"' 'after = { webhook = { env = "DEPLOY_HOOK" } }'
merge_into_staging_unseen more
smuggle origin staging
expect_exit 0 gate check
faults proxy 'PUT /v2/second/manifests/ 403'
expect_exit 3 gate publish
expect_text "what follows the publication waits for $REGISTRY/second"
expect_requests 0 webhook POST
expect_same "tags in git" "" "$(git --git-dir "$T/remote.git" tag --list 'out-*')"
expect_same "the first has it" "$(registry_digest app "$commit")" "$(registry_digest app staging)"
faults proxy
expect_exit 0 gate publish
expect_requests 2 webhook POST
expect_same "told of both" "$REGISTRY/app $REGISTRY/second" "$(webhook_says '" ".join(sorted(body["image"] for body in bodies))')"
expect_same "the tag in git" "$commit" "$(git --git-dir "$T/remote.git" rev-parse "out-$(echo "$commit" | cut -c 1-12)^{commit}")"
expect_exit 0 gate publish
expect_requests 2 webhook POST
