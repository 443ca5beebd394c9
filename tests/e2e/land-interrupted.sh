#!/bin/sh
# Ctrl-C in the middle of the test: no branch has moved, here or on the remote, and the next one begins anew.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
add_suite tests sh -c 'echo begun; test -e quick || sleep 100'
git add -A
git commit -q -m "A suite that takes its time"
smuggle origin master
git switch -q -c feature
commit file changed "A change"
before=$(git for-each-ref)
there=$(remote_tip master)
setsid env --default-signal=INT,QUIT gate land feature </dev/null >"$T/landing" 2>&1 &
landing=$!
tries=600
until grep -rqsx begun "$(gate_folder)/logs"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "the suite did not begin: $(cat "$T/landing")"
    sleep 0.1
done
kill -INT "$landing"
status=0
wait "$landing" || status=$?
cat "$T/landing"
expect_same "how it ended" 130 "$status"
expect_same "refs" "$before" "$(git for-each-ref)"
expect_same "master on the remote" "$there" "$(remote_tip master)"
expect_nothing_left
commit quick yes "Faster"
expect_exit 0 gate land feature
expect_same "what landed" "$(oid feature)" "$(git --git-dir "$T/remote.git" rev-parse 'master^2')"
