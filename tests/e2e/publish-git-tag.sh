#!/bin/sh
# The commit is tagged in git once its image is out: here and on the remote, with the digest; once, and another commit's tag is not moved.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]' \
    'git_tag = "{branch}-{date}-{short_commit}"'
merge_into_staging_unseen more
tag=staging-2023-11-14-$(git rev-parse --short=12 HEAD)
expect_exit 0 gate publish
expect_same "the tag before the branch tags" none "$(remote_tip "refs/tags/$tag")"
smuggle origin staging
expect_exit 0 gate publish
for at in "$T/repo/.git" "$T/remote.git"; do
    expect_same "the tag's commit" "$commit" "$(git --git-dir "$at" rev-parse "refs/tags/$tag^{commit}")"
    expect_same "its kind" tag "$(git --git-dir "$at" cat-file -t "refs/tags/$tag")"
    git --git-dir "$at" cat-file -p "refs/tags/$tag" >"$T/tag"
    expect_text "$(registry_digest app "$commit")" "$T/tag"
done
at_first=$(remote_tip "refs/tags/$tag")
expect_all_published
expect_exit 0 gate publish
expect_same "the tag" "$at_first" "$(remote_tip "refs/tags/$tag")"

# Another clone has nothing to add.
git clone -q --no-tags "$T/remote.git" "$T/second"
cd "$T/second"
git switch -q staging
trusted HEAD
expect_exit 0 gate publish
expect_same "the tag" "$at_first" "$(remote_tip "refs/tags/$tag")"

# One that is somebody else's holds the publication up, after the image is out.
cd "$T/repo"
merge_into_staging_unseen "still more"
tag=staging-2023-11-14-$(git rev-parse --short=12 HEAD)
git push -q --no-verify origin "HEAD~1:refs/tags/$tag"
taken=$(remote_tip "refs/tags/$tag")
smuggle origin staging
expect_exit 3 gate publish
expect_text "$tag"
expect_same "somebody's tag" "$taken" "$(remote_tip "refs/tags/$tag")"
expect_same "the branch tag" "$(registry_digest app "$commit")" "$(registry_digest app staging)"
git push -q --no-verify origin ":refs/tags/$tag"
git tag -d "$tag" >/dev/null 2>&1 || :
expect_exit 0 gate publish
expect_same "the tag's commit" "$commit" "$(git --git-dir "$T/remote.git" rev-parse "refs/tags/$tag^{commit}")"
