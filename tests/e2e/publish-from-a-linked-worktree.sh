#!/bin/sh
# A merge in a linked worktree is published like one in the main one, by what is kept in the common folder.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

moved() {
    [ "$(registry_digest app staging)" = "$(registry_digest app "$commit")" ]
}

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git worktree add -q "$T/linked" staging
cd "$T/linked"
expect_exit 0 git merge development
expect_text "published to $REGISTRY/app"
commit=$(oid HEAD)
expect_same "tags" "$commit" "$(registry_tags app)"
expect_runs 1
[ -s "$T/repo/.git/gate/outbox.db" ] || fail "the outbox is not in the common folder"
cd "$T/repo"
expect_exit 0 gate publish --list
expect_text "pushed, waits"
cd "$T/linked"
expect_exit 0 git push origin staging
expect_text "in the background"
wait_until 30 moved || fail "the tag did not move: $(cat "$T"/repo/.git/gate/logs/*finisher.log)"
