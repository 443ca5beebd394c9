#!/bin/sh
# A suite that failed on the merge result for a reason that is not in the tree (here the base image) is run again when one asks anew:
# by gate publish, by --again, and by making the merge once more.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

base() { # word
    printf 'FROM gate-demo/busybox:1\nLABEL %s\nRUN echo %s >/state\n' "$label" "$1" | docker build -q -t "gate-test-base:$mark" - >/dev/null
}

start_registry
new_repo
base good
add_suite tests grep -q good /state
printf '%s\n' "FROM gate-test-base:$mark" 'COPY . /tree' >Dockerfile
printf '%s\n' '' '[publish.api]' 'branch = "staging"' 'suite = "tests"' "to = \"{env:REGISTRY}/app\"" >>gate.toml
git add -A
git commit -q -m "A suite, and where its image goes"
for branch in master staging development; do
    git branch -q -f "$branch" 2>/dev/null || :
    smuggle -u origin "master:$branch"
    git fetch -q
    git branch -q -u "origin/$branch" "$branch"
done
git switch -q development
commit file more "More"
smuggle origin development
git switch -q staging
base bad
expect_exit 0 git merge --no-ff -m "A merge" development
commit=$(oid HEAD)
expect_text "to $REGISTRY/app: not published: suite tests failed on its tree"
expect_text "the merge stands"
expect_text "gate publish --again 1"
expect_exit 1 gate publish
expect_text "suite tests failed"
expect_runs 2
expect_same "tags" none "$(registry_tags app)"
expect_exit 1 gate publish --again 1
expect_runs 3
base good
expect_exit 0 gate publish
expect_text "published to $REGISTRY/app"
expect_runs 4
expect_same "tags" "$commit" "$(registry_tags app)"
expect_exit 0 gate publish --list
expect_same "publications" 1 "$(grep -c '^#' "$out")"
# An image with others on top of it is removed after them.
for round in 1 2 3; do
    echo "removing, $round"
    docker images -q --filter "label=$label" | sort -u | xargs -r docker rmi -f >/dev/null 2>&1 || :
done
