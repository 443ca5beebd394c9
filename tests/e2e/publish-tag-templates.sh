#!/bin/sh
# All that a tag can be made of; what names one commit for ever goes out at once, the rest moves with the branch.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' \
    'tags = ["{commit}", "c-{short_commit}", "{tree}", "{version}-{short_commit}", "{date}", "{branch}-{date}", "v.{version}"]'
git tag v1.2.3 HEAD
git tag later/than-v9 HEAD
git tag -d later/than-v9 >/dev/null
merge_into_staging more
short=$(git rev-parse --short=12 HEAD)
tree=$(oid 'HEAD^{tree}')
# shellcheck disable=SC2046 # words
[ $(registry_tags app | grep -c -e "^$commit$" -e "^c-$short$" -e "^v1.2.3-$short$") -eq 3 ] || fail "tags: $(registry_tags app)"
smuggle origin staging
expect_exit 0 gate publish
expect_same "tags" "$(printf '%s\n' "$commit" "c-$short" "$tree" "v1.2.3-$short" 2023-11-14 staging-2023-11-14 v.v1.2.3 | sort)" "$(registry_tags app | sort)"
for tag in $(registry_tags app); do
    expect_same "$tag" "$(registry_digest app "$commit")" "$(registry_digest app "$tag")"
done
