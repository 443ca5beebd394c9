#!/bin/sh
# A pull that merges a colleague's merge into one's own unpushed one makes what could not be pushed: it stands, and is not published.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git clone -q "$T/remote.git" "$T/colleague"
git -C "$T/colleague" switch -q staging
git -C "$T/colleague" merge -q --no-ff -m "Theirs" origin/development
git -C "$T/colleague" push -q origin staging
git switch -q staging
git merge -q --no-ff -m "Mine" development
mine=$(oid HEAD)
expect_same "tags" "$mine" "$(registry_tags app)"
expect_exit 0 git pull --no-rebase --no-edit
expect_text "the merge stands, but nothing of it is published: a push of it would be refused"
expect_same "tags" "$mine" "$(registry_tags app)"
expect_exit 1 git push origin staging
