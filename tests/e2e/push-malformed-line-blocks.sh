#!/bin/sh
# A line that is not four words of the right kind blocks, even where the others are well.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
new=$(oid HEAD)
good="refs/heads/a $new refs/heads/a $zeros"
judge 0 "$good"
for bad in "" "garbage" "refs/heads/b $new refs/heads/b" "refs/heads/b $new refs/heads/b 0000" "refs/heads/b $new master $zeros" \
    "refs/heads/b ${new}0 refs/heads/b $zeros" "refs/heads/b $new refs/heads/../b $zeros" "refs/heads/b xyz refs/heads/b $zeros" \
    "refs/heads/b $new refs/heads/b $zeros more" "$new refs/heads/b $zeros" "refs/heads/b $new refs/heads/b ${zeros}000000000000000000000000"; do
    judge 3 "$good" "$bad"
    expect_text "line 2"
    judge 3 "$bad" "$good"
done
printf '%s' "$good" >"$T/cut"
judge_file 0 "$T/cut"
printf 'refs/heads/b %s refs/heads/b\0 %s\n' "$new" "$zeros" >"$T/nul"
judge_file 3 "$T/nul"
