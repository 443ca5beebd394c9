#!/bin/sh
# On a terminal it can be seen how far a layer is, while it goes up; elsewhere nothing of the kind is said.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
head -c 3000000 /dev/urandom >noise
git add noise
git commit -q -m "Something to push"
smuggle origin HEAD:development
merge_into_staging_unseen more
expect_exit 0 gate check
# The upload stands still for a moment, so that there is time to look.
faults proxy 'PATCH /uploads/ hang'
setsid script -qec "gate publish" /dev/null </dev/null >"$T/shown" 2>&1 &
process=$!
wait_for_request proxy "^PATCH /v2/app/blobs/uploads/"
tries=100
until grep -aqE '[0-9.]+ ?[kM]B|[0-9]+ ?%' "$T/shown"; do
    [ "$tries" -gt 0 ] || break
    tries=$((tries - 1))
    sleep 0.05
done
faults proxy
wait "$process" || :
# Without its colours.
sed -i "s/$(printf '\033')\[[0-9;]*m//g" "$T/shown"
cat "$T/shown"
grep -aqE '[0-9.]+ ?[kM]B|[0-9]+ ?%' "$T/shown" || fail "no progress is shown"
expect_text "published to $REGISTRY/app" "$T/shown"
git switch -q development
head -c 3000000 /dev/urandom >noise
git add noise
git commit -q -m "More to push"
merge_into_staging_unseen "still more"
expect_exit 0 gate publish
expect_plain "$out"
! grep -aqE '[0-9]+ ?%' "$out" || fail "that is for terminals"
