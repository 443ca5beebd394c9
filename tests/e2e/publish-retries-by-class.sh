#!/bin/sh
# What may pass by itself is tried again: 504 at the manifest, a cut connection. What will not is not: denied, an immutable tag, a name
# that the registry does not know, a limit that has been reached.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
merge_into_staging_unseen more
smuggle origin staging
puts() { requests proxy "^PUT /v2/app/manifests/$commit"; }
expect_exit 0 gate check
for fault in 403 404 400 429; do
    rm -f "$servers/proxy.requests"
    faults proxy "PUT /manifests/$commit $fault"
    expect_not_yet
    expect_same "tries after $fault" 1 "$(puts)"
done
for fault in 504 502 cut cut-answer; do
    rm -f "$servers/proxy.requests"
    faults proxy "PUT /manifests/$commit $fault 1"
    expect_exit 0 gate publish
    # After an answer that was cut it may be seen that the manifest is there.
    case $fault-$(puts) in
    cut-answer-1 | *-2) ;;
    *) fail "after $fault there were $(puts) tries" ;;
    esac
    expect_all_published
    merge_into_staging_unseen "more after $fault"
    smuggle origin staging
    expect_exit 0 gate check
done
# A layer on its way: the Engine tries that again itself.
rm -f "$servers/proxy.requests"
faults proxy 'PATCH /uploads/ 503 1'
expect_exit 0 gate publish
expect_all_published
[ "$(answers proxy "^503 PATCH")" -eq 1 ] || fail "no upload was cut"
