#!/bin/sh
# Ctrl-C on the terminal ends gate check and git push alike, and their containers.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_tests 'hold'
save "A test that takes its time"
mkfifo "$T/keys"
exec 9<>"$T/keys"
start_suite check terminal
wait_for_hold 1
printf '\003' >&9
finish_suite check
expect_same "exit code of gate check" 130 "$status"
nothing_is_left
expect_nothing_left
start_suite push hook
wait_for_hold 1
kill_suite INT push # as the terminal does: to git, and to the hook
finish_suite push
[ "$status" -ne 0 ] || fail "an interrupted push has succeeded"
expect_same "feature on the remote" none "$(remote_tip feature "$PWD.git")"
nothing_is_left
wait_until 10 test -z "$(find .git/gate/tmp -mindepth 1)" || expect_nothing_left
