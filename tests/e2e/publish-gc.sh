#!/bin/sh
# gate gc lets go of the tested images that the Engine keeps, but not of one that a pending publication waits with.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

kept() {
    docker images --filter "label=$label" --format '{{.Repository}}:{{.Tag}}' | grep -c "^gate-$1/" || :
}

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
expect_same "kept for a publication to come" 1 "$(kept image)"
git switch -q staging
stop_registry TERM
git merge -q development
expect_same "kept before gc" 1 "$(kept image)"
expect_exit 0 gate gc
echo "publish: $(kept publish), image: $(kept image)"
start_registry
expect_exit 0 gate publish
expect_text "published to $REGISTRY/app"
expect_same "kept by a publication that waits" 1 "$(kept publish)"
expect_exit 0 gate gc
expect_same "kept by a publication that waits" 1 "$(kept publish)"
expect_same "kept for others" 0 "$(kept image)"
expect_exit 0 gate push origin staging
expect_same "kept by a publication that is done" 0 "$(kept publish)"
expect_exit 0 gate gc
expect_text "let go of 0 tested images"
