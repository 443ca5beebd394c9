#!/bin/sh
# A hook of gate's that somebody has made not executable is ignored by git; install mends that.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
gate install
chmod 644 .git/hooks/pre-push
expect_exit 0 gate install
[ -x .git/hooks/pre-push ] || fail "pre-push can't be run"
