#!/bin/sh
# Two good sides that fail together: the merge stands, nothing of it is published, and the publication has failed. The merge that
# mends it is published.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
verdict() { # lines
    printf '%s\n' "$@" >verdict
    git commit -q -a -m "verdict: $*"
}
verdict good a b c d good
smuggle origin development
smuggle origin development:staging
git branch -q -f staging
verdict a b c d good
git push -q origin development
git switch -q staging
verdict good a b c d
smuggle origin staging
expect_exit 0 git merge --no-ff -m "A bad pair" development
expect_same "the merge" "a b c d" "$(tr '\n' ' ' <verdict | sed 's/ $//')"
first=$(oid HEAD)
expect_text "suite tests failed"
expect_text "not published"
expect_same "tags" none "$(registry_tags app)"
expect_runs 2
expect_exit 0 gate publish --list
expect_text "failed  staging $(git rev-parse --short=8 HEAD)"
expect_text "suite tests failed on its tree"
git switch -q development
verdict good a b c d good
git push -q origin development
git switch -q staging
expect_exit 0 git merge --no-ff -m "Mended" development
expect_text "published to $REGISTRY/app"
expect_same "tags" "$(oid HEAD)" "$(registry_tags app)"
expect_exit 0 gate push origin staging
expect_same "the branch tag" "$(registry_digest app "$(oid HEAD)")" "$(registry_digest app staging)"
expect_same "what failed" none "$(registry_digest app "$first")"
expect_exit 0 gate publish
