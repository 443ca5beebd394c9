#!/bin/sh
# A symlink to nothing is no hook for git; gate keeps it, does not mind it, and gives it back.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir -p .git/hooks
ln -s ../nowhere .git/hooks/pre-push
expect_exit 0 gate install
expect_exit 0 git push origin master
expect_exit 0 gate uninstall
expect_same "target" ../nowhere "$(readlink .git/hooks/pre-push)"
[ ! -e .git/nowhere ] || fail "something was written through the symlink"
