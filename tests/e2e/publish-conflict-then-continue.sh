#!/bin/sh
# After a merge with a conflict git runs no post-merge: what `git merge --continue` makes of it is published by post-commit.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file "of development" "More"
git push -q origin development
git switch -q staging
commit file "of staging" "A mend"
smuggle origin staging
expect_exit 1 git merge development
expect_text "CONFLICT"
expect_no_text "gate: "
expect_same "tags" none "$(registry_tags app)"
echo "of both" >file
git add file
GIT_EDITOR=true expect_exit 0 git merge --continue
expect_text "published to $REGISTRY/app"
commit=$(oid HEAD)
expect_same "parents" 2 "$(git cat-file -p HEAD | grep -c '^parent')"
expect_same "tags" "$commit" "$(registry_tags app)"
expect_same "what is in it" "of both" "$(docker run --rm "$(registry_image_id app "$commit")" cat file)"
# master's merge_content and the like are not asked for here: the resolved merge may be pushed.
expect_exit 0 gate push origin staging
expect_same "the branch tag" "$(registry_digest app "$commit")" "$(registry_digest app staging)"
expect_runs 2
