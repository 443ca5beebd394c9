#!/bin/sh
# gate status tells what is pending, and what was published last.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
expect_exit 0 gate status
expect_no_text "publish "
commit file more "More"
git push -q origin development
git switch -q staging
git merge -q development
expect_exit 0 gate status
expect_text "publish  staging $(git rev-parse --short=8 HEAD) to $REGISTRY/app: pushed, waits"
expect_text "git push origin staging"
expect_no_text "last "
expect_exit 0 gate push origin staging
first=$(oid HEAD)
expect_exit 0 gate status
expect_text "last     staging $(git rev-parse --short=8 HEAD) was published to $REGISTRY/app"
expect_no_text "publish  staging"
git switch -q development
commit file still-more "Still more"
git push -q origin development
git switch -q staging
stop_registry TERM
git merge -q development
expect_exit 0 gate status
expect_text "publish  staging $(git rev-parse --short=8 HEAD) to $REGISTRY/app: pending"
expect_text "last     staging $(git rev-parse --short=8 "$first")"
