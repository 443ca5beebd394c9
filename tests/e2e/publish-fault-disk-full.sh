#!/bin/sh
# The disk of gate's folder is full: a sentence that says so, and once there is room all goes on.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

own_mounts
start_registry
new_repo_with_publishing
merge_into_staging_unseen more
expect_exit 0 gate check
expect_runs 1
folder=$(gate_folder)
mv "$folder" "$T/gate-before"
mkdir "$folder"
mount -t tmpfs -o size=256k tmpfs "$folder"
cp -a "$T/gate-before/." "$folder/"
fill() {
    dd if=/dev/zero of="$folder/filler" bs=4k 2>/dev/null || :
}
for left in 0 1 2 3 4 6 8 12; do # pages that are free
    fill
    truncate -s "-$((left * 4096))" "$folder/filler"
    status_=0
    gate publish >"$out" 2>&1 || status_=$?
    echo "--- with $left pages:"
    cat "$out"
    [ "$status_" -ne 0 ] || break
    expect_same "exit code" 3 "$status_"
    grep -Eqi 'full|no space' "$out" || fail "it does not say that the disk is full"
    expect_plain "$out"
    rm "$folder/filler"
done
[ "$left" -ge 2 ] || fail "the disk was not full enough"
rm -f "$folder/filler"
expect_exit 0 gate publish
smuggle origin staging
expect_exit 0 gate publish
expect_all_published
expect_runs 1
