#!/bin/sh
# An older publication that is finished after a newer one gets its commit tag; the branch tag stays with the newer commit.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file one "One"
git push -q origin development
git switch -q staging
stop_registry TERM
git merge -q development
older=$(oid HEAD)
smuggle origin staging
git switch -q development
commit file two "Two"
git push -q origin development
start_registry
git clone -q "$T/remote.git" "$T/colleague"
(
    cd "$T/colleague"
    gate install >/dev/null
    git switch -q staging
    git merge -q origin/development
    gate push -q origin staging
)
newer=$(git -C "$T/colleague" rev-parse HEAD)
expect_same "the branch tag" "$(registry_digest app "$newer")" "$(registry_digest app staging)"
git switch -q staging
expect_exit 0 git pull
expect_exit 0 gate publish
expect_text "the tag staging was left where it is: it shows $(git rev-parse --short=8 "$newer"), which is newer"
expect_same "the branch tag" "$(registry_digest app "$newer")" "$(registry_digest app staging)"
[ "$(registry_digest app "$older")" != none ] || fail "the older one was not published at all"
expect_exit 0 gate publish --list
expect_text "the tag staging was left"
