#!/bin/sh
# Eight clones publish eight commits of one branch at once: each commit's tag gets there once, and the branch tag only ever
# moves forward.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
start_proxy
new_repo_with_publishing
git switch -q development
commits=
for number in 1 2 3 4 5 6 7 8; do
    cd "$T/repo"
    commit file "$number" "Number $number"
    commits="$commits $(oid HEAD)"
    smuggle origin development development:staging
    git clone -q "$T/remote.git" "$T/clone-$number"
    cd "$T/clone-$number"
    git switch -q staging
    trusted HEAD
    expect_exit 0 gate check
done
for number in 1 2 3 4 5 6 7 8; do
    cd "$T/clone-$number"
    GIT_COMMITTER_NAME="Publisher $number"
    start_publish "p$number"
done
for number in 1 2 3 4 5 6 7 8; do
    end_of_publish "p$number"
    expect_same "end of number $number" 0 "$status"
done
# shellcheck disable=SC2086 # words
moves_of_tag app staging $commits >"$T/moves"
cat "$T/moves"
# shellcheck disable=SC2086
printf '%s\n' $commits >"$T/order"
grep -n . "$T/order" | while IFS=: read -r number commit; do
    expect_same "pushes of number $number" 1 "$(grep -c "^app $commit " "$servers/proxy.puts")"
    sed -i "s/^$commit$/$number/" "$T/moves"
done
expect_no_text unknown "$T/moves"
sort -n "$T/moves" | cmp - "$T/moves" || fail "the branch tag went back: $(tr '\n' ' ' <"$T/moves")"
expect_same "the branch tag at last" 8 "$(tail -n 1 "$T/moves")"
expect_same "refs of the ledger" 1 "$(ledger_refs | wc -l)"
for commit in $commits; do
    ledger_text "$T/remote.git" | grep -q "$commit" || fail "the ledger does not know $commit"
done
