#!/bin/sh
# Four clones land at once: all land, one after the other, and each commit on the line has a tree that was tested.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_repo_with_suite
start=$(remote_tip master)
for n in 1 2 3 4; do
    clone_of "machine$n"
    git switch -q -c "feature$n"
    commit "file$n" "work $n" "Work $n"
done
for n in 1 2 3 4; do
    (cd "$T/machine$n" && gate land "feature$n" --tries 20 >"$T/said$n" 2>&1) &
    eval "pid$n=$!"
done
for n in 1 2 3 4; do
    eval "wait \$pid$n" || {
        cat "$T/said$n"
        fail "machine $n did not land"
    }
done
git --git-dir "$T/remote.git" log --first-parent --format='%T %s' "$start..master" >"$T/line"
cat "$T/line"
expect_same "commits on the line" 4 "$(wc -l <"$T/line")"
while read -r tree subject; do
    grep -rqF "$tree" "$T"/machine*/.git/gate/verdicts || fail "not tested: $subject"
done <"$T/line"
for n in 1 2 3 4; do
    expect_same "the work of $n" "work $n" "$(git --git-dir "$T/remote.git" cat-file blob "master:file$n")"
done
