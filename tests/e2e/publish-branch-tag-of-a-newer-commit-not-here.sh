#!/bin/sh
# Whether what the branch tag shows is newer can not be told while that commit is not here: the tag stays where it is, and the
# command that mends it is named.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file one "One"
git push -q origin development
git switch -q staging
git merge -q development
older=$(oid HEAD)
smuggle origin staging
git clone -q "$T/remote.git" "$T/colleague"
(
    cd "$T/colleague"
    gate install >/dev/null
    git switch -q -c development origin/development
    commit file two "Two"
    git push -q origin development
    git switch -q staging
    git merge -q origin/development
    gate push -q origin staging
)
newer=$(git -C "$T/colleague" rev-parse HEAD)
expect_exit 3 gate publish
expect_text "the tag staging was not moved"
expect_text "git fetch origin && gate publish"
expect_same "the branch tag" "$(registry_digest app "$newer")" "$(registry_digest app staging)"
git fetch -q origin
expect_exit 0 gate publish
expect_text "the tag staging was left where it is"
expect_same "the branch tag" "$(registry_digest app "$newer")" "$(registry_digest app staging)"
[ "$(registry_digest app "$older")" != none ] || fail "the older one was not published at all"
