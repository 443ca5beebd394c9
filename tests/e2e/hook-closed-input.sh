#!/bin/sh
# With standard input closed, what is pushed can't be known, and so it is not let through: closed is not empty.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
status=0
gate hook pre-push .git/hooks/pre-push origin "$T/remote.git" 0<&- >"$out" 2>&1 || status=$?
cat "$out"
expect_same "exit code" 3 "$status"
