#!/bin/sh
# Every tag of the policy is put: those with {commit} at once, the others when the remote has the commit; of a branch with a
# slash the tag has a dash.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing 'branch = "release/1.0"' 'suite = "tests"' 'to = "{env:REGISTRY}/team/app"' \
    'tags = ["{branch}", "latest", "{commit}", "v-{commit}", "{branch}-{commit}", "of.{branch}_"]'
commit file more "More"
git push -q origin development
git switch -q -c release/1.0 master
smuggle -u origin release/1.0
expect_exit 0 git merge --no-ff -m "One" development
commit=$(oid HEAD)
expect_same "tags" "$(printf '%s\n' "$commit" "release-1.0-$commit" "v-$commit" | sort)" "$(registry_tags team/app | sort)"
expect_text "the tags release-1.0, latest, of.release-1.0_ move when origin has the commit"
expect_exit 0 gate push origin release/1.0
for tag in release-1.0 latest of.release-1.0_; do
    expect_text "the tag $tag moved to it"
    expect_same "$tag" "$(registry_digest team/app "$commit")" "$(registry_digest team/app "$tag")"
done
expect_same "v" "$(registry_digest team/app "$commit")" "$(registry_digest team/app "v-$commit")"
expect_runs 1
