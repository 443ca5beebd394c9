#!/bin/sh
# Docker Hub clones: it is asked for a build only when the remote has the commit, exactly once, and what it says is no more than "accepted".
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_trigger
DEPLOY=$trigger_url
export DEPLOY
new_repo_with_publishing 'branch = "staging"' 'trigger = { env = "DEPLOY" }' 'by = "local"'
merge_into_staging more
expect_text "Docker Hub is asked for a build when origin has the commit"
expect_exit 0 gate publish
expect_requests 0 trigger POST
expect_pending
expect_exit 0 gate push origin staging
expect_text "accepted by Docker Hub"
expect_text "Docker Hub retires automated builds on 1 April 2027"
expect_no_text "published"
expect_requests 1 trigger POST
expect_same "body" '{"source_name":"staging","source_type":"Branch"}' "$(cat "$servers/trigger.bodies")"
expect_exit 0 gate publish
expect_requests 1 trigger POST
expect_exit 0 gate publish --list
expect_text "#1  accepted"
expect_no_text "canary"
