#!/bin/sh
# A gate.toml that is there stays as it is, a dangling symlink of that name too.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
sum=$(sha256sum gate.toml)
expect_exit 2 gate init
expect_text "is there already"
expect_same "gate.toml" "$sum" "$(sha256sum gate.toml)"
rm gate.toml
ln -s "$T/outside" gate.toml
expect_exit 2 gate init
[ ! -e "$T/outside" ] || fail "wrote through a symlink"
