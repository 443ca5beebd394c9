#!/bin/sh
# A merge commit whose tree staging has published is promoted, though it is another commit: the ledger knows trees.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]' '' \
    '[publish.live]' 'branch = "master"' 'suite = "tests"' 'to = "{env:REGISTRY}/live"' 'from = "api"' 'tags = ["live", "{commit}"]'
merge_into_staging_unseen more
staged=$commit
smuggle origin staging
expect_exit 0 gate publish
git switch -q master
git -c core.hooksPath=/dev/null merge -q --no-ff -m "To the people" staging
commit=$(oid HEAD)
expect_same "the tree" "$(oid "$staged^{tree}")" "$(oid "HEAD^{tree}")"
smuggle origin master
rm -f "$servers/proxy.requests"
(
    no_engine
    expect_exit 0 gate publish
)
expect_same "tags" "$(printf '%s\n' "$commit" live | sort)" "$(registry_tags live | sort)"
expect_same "the digest" "$(registry_digest app "$staged")" "$(registry_digest live "$commit")"
expect_requests 0 proxy "^PATCH"
expect_runs 1

# Another tree is another matter: it is tested and pushed.
git switch -q master
commit mend "on master" "A mend"
smuggle origin master
git switch -q -c topic
commit mend "still on master" "Another one"
git switch -q master
git -c core.hooksPath=/dev/null merge -q --no-ff -m "A mend" topic
smuggle origin master
expect_exit 0 gate publish
[ "$(registry_digest live "$(oid HEAD)")" != "$(registry_digest live "$commit")" ] || fail "that is the old image"
expect_same "in staging's" none "$(registry_digest app "$(oid HEAD)")"
expect_runs 2
