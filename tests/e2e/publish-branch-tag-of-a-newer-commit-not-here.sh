#!/bin/sh
# What the branch tag shows is of a commit that is not here yet: gate fetches it, without moving a ref, and leaves the tag.
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
expect_exit 0 gate publish
expect_text "the tag staging was left where it is"
expect_same "the branch tag" "$(registry_digest app "$newer")" "$(registry_digest app staging)"
[ "$(registry_digest app "$older")" != none ] || fail "the older one was not published at all"
expect_same "the tracking ref" "$older" "$(oid refs/remotes/origin/staging)"
