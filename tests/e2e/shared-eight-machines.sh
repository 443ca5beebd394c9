#!/bin/sh
# Eight machines that sign with one key, as CI's do, send their verdicts at once: none is lost.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_pem_signer ci
new_repo_without_sharing
GATE_SIGNING_KEY=$T/keys/ci.pem
export GATE_SIGNING_KEY
for n in 1 2 3 4 5 6 7 8; do
    clone_of "machine$n"
    git switch -q -c "work$n"
    commit file "work $n" "Work $n"
    expect_exit 0 gate check --branch "work$n"
done
for n in 1 2 3 4 5 6 7 8; do
    (cd "$T/machine$n" && gate verdict push >"$T/said$n" 2>&1) &
    eval "pid$n=$!"
done
for n in 1 2 3 4 5 6 7 8; do
    eval "wait \$pid$n" || {
        cat "$T/said$n"
        fail "machine $n could not send its verdict"
    }
done
noted
for n in 1 2 3 4 5 6 7 8; do
    tree=$(git -C "$T/machine$n" rev-parse 'HEAD^{tree}')
    expect_same "verdicts on the tree of machine $n" 1 "$(find "$T/noted" -name "$tree-*" | wc -l)"
done
