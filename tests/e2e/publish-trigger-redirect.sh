#!/bin/sh
# A redirect of a trigger is not followed: the URL is a secret, and for nobody else.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_trigger
start_fake elsewhere trigger
elsewhere=$address
DEPLOY=$trigger_url
export DEPLOY
new_repo_with_publishing 'branch = "staging"' 'trigger = { env = "DEPLOY" }' 'by = "local"'
merge_into_staging_unseen more
smuggle origin staging
for code in 301 302 307 308; do
    faults trigger "POST / $code=http://$elsewhere/api/trigger/call/"
    expect_held_up "sends gate elsewhere ($code)"
done
expect_requests 0 elsewhere
faults trigger
expect_exit 0 gate publish
