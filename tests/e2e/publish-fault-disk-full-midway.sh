#!/bin/sh
# The disk fills up in the middle of a publication, each time a little later: it stays what was last written down, and what
# has been pushed is not pushed again.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

command -v strace >/dev/null || skip "strace is not installed"
ASAN_OPTIONS=detect_leaks=0 # it can't look for them under strace
export ASAN_OPTIONS
start_registry
start_proxy
new_repo_with_publishing
merge_into_staging_unseen more
smuggle origin staging
expect_exit 0 gate check
failed=0
for number in 1 2 5 8 12 20 24 30 36 40 44 50 60 80 100 200; do
    status_=0
    strace -qq -o /dev/null -e trace=pwrite64 -e "inject=pwrite64:error=ENOSPC:when=$number+" -- "$GATE" publish >"$out" 2>&1 || status_=$?
    echo "--- no write after $number:"
    cat "$out"
    [ "$status_" -ne 0 ] || break
    failed=$((failed + 1))
    expect_same "exit code" 3 "$status_"
    grep -Eqi 'full|no space' "$out" || fail "it does not say that the disk is full"
    expect_exit 0 gate publish --list
done
[ "$failed" -ge 5 ] || fail "it failed $failed times only"
expect_finished
expect_requests 1 proxy "^PUT /v2/app/manifests/$commit"
expect_runs 1
