#!/bin/sh
# The hook of a push of a branch for which nothing is pending opens no database and starts no second gate, even when something
# is pending for another branch.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

command -v strace >/dev/null || skip "strace is not installed"
ASAN_OPTIONS=detect_leaks=0 # it can't look for them under strace
export ASAN_OPTIONS
start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git switch -q staging
git merge -q development
[ -s "$(gate_folder)/pending" ] || fail "nothing is pending"
git switch -q -c other development
expect_exit 0 strace -f -qq -s 300 -o "$T/trace" -e trace=openat,open,execve git push origin other
expect_text "other -> other"
expect_same "gates" 1 "$(grep -c "execve(\"[^\"]*/gate\"" "$T/trace")"
expect_no_text "gate-full" "$T/trace"
expect_no_text "outbox.db" "$T/trace"
expect_no_text "in the background"
# And that can be seen where something is pending for the branch.
git switch -q staging
expect_exit 0 strace -f -qq -s 300 -o "$T/trace" -e trace=openat,open,execve git push origin staging
expect_text "in the background"
expect_text '"finisher"' "$T/trace"
expect_text "outbox.db" "$T/trace"
