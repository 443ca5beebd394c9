#!/bin/sh
# --drop lets go of a publication, --again takes it up; what is done is done.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git switch -q staging
git merge -q development
expect_exit 0 gate publish --list
expect_text "#1  pushed, waits"
expect_exit 0 gate publish --drop 1
expect_text "dropped by hand"
expect_exit 0 gate publish --list
expect_text "#1  dropped"
expect_same "kept images" "" "$(docker images --filter "label=$label" --format '{{.Repository}}' | grep gate-publish/ || :)"
expect_exit 0 gate push origin staging
expect_same "the branch tag" none "$(registry_digest app staging)"
expect_exit 0 gate publish --again 1
expect_text "the tag staging moved to it"
expect_same "the branch tag" "$(registry_digest app "$(oid HEAD)")" "$(registry_digest app staging)"
expect_exit 2 gate publish --again 1
expect_text "publication 1 is done"
expect_exit 2 gate publish --drop 1
expect_runs 1
