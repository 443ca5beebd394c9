#!/bin/sh
# Somebody overwrites the commit's tag after it was pushed: that image is not what was tested, and never becomes the branch tag,
# however often one asks, with --again either.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git switch -q staging
expect_exit 0 git merge -q development
commit=$(oid HEAD)
tested=$(registry_digest app "$commit")
docker tag gate-demo/busybox:1 "$REGISTRY/app:$commit"
docker push -q "$REGISTRY/app:$commit" >/dev/null
docker rmi "$REGISTRY/app:$commit" >/dev/null
[ "$(registry_digest app "$commit")" != "$tested" ] || fail "it was not overwritten"
smuggle origin staging
for arguments in "" "" "--again 1" ""; do
    # shellcheck disable=SC2086 # words
    expect_exit 3 gate publish $arguments
    expect_text "$commit"
    expect_text "gate publish --again 1"
    expect_same "the branch tag" none "$(registry_digest app staging)"
done
expect_exit 0 gate publish --list
expect_text "pending"
expect_exit 0 gate publish --drop 1
expect_same "the branch tag" none "$(registry_digest app staging)"
