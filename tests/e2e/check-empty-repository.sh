#!/bin/sh
# A repository without a commit, and no repository at all: one sentence each.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

git init -q --initial-branch=master "$T/repo"
cd "$T/repo"
expect_exit 2 gate check
cd "$T"
GIT_CEILING_DIRECTORIES=${T%/*}
export GIT_CEILING_DIRECTORIES
for command in check status init push; do
    status=0
    gate $command >"$out" 2>&1 || status=$?
    cat "$out"
    [ "$status" -eq 2 ] || [ "$status" -eq 3 ] || fail "gate $command ended with $status"
    expect_plain "$out"
done
