#!/bin/sh
# A variable that is not set, or holds no trigger's URL: a sentence that names it, and nothing that it holds.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_trigger
new_repo_with_publishing 'branch = "staging"' 'trigger = { env = "DEPLOY" }' 'by = "local"'
unset DEPLOY
merge_into_staging_unseen more
smuggle origin staging
expect_held_up "the variable DEPLOY, which holds the build trigger's URL, is not set"
DEPLOY=https://canary.example.com/hook/canary
export DEPLOY
expect_held_up "the variable DEPLOY holds no URL of a Docker Hub build trigger"
expect_no_text "canary"
DEPLOY=$trigger_url
expect_exit 0 gate publish
expect_requests 1 trigger POST
