#!/bin/sh
# While somebody else publishes there, a publication waits, and says for whom; no byte goes out before it is its turn.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
merge_into_staging_unseen one
first=$commit
smuggle origin staging
git clone -q "$T/remote.git" "$T/colleague"
(
    cd "$T/colleague"
    git switch -q staging
    trusted HEAD
    expect_exit 0 gate check
)
merge_into_staging_unseen two
second=$commit
smuggle origin staging
expect_exit 0 gate check
faults proxy 'PUT /manifests/ hang'
cd "$T/colleague"
GIT_COMMITTER_NAME='Col League'
start_publish other
GIT_COMMITTER_NAME='C O Mitter'
wait_for_request proxy "^PUT /v2/app/manifests/$first"
cd "$T/repo"
asked=$(requests proxy '^\(PUT\|POST\|PATCH\)')
expect_waits "Col League"
expect_requests "$asked" proxy '^\(PUT\|POST\|PATCH\)'
grep -Eq '[0-9]{2}:[0-9]{2}' "$T/said-before" || fail "it does not say until when"
faults proxy
end_of_publish other
expect_same "exit code of the other" 0 "$status"
commit=$second
expect_exit 0 gate publish
expect_all_published
expect_same "pushes" 1 "$(grep -c "^app $second " "$servers/proxy.puts")"
[ "$(registry_digest app "$first")" != none ] || fail "the other's is not there"
