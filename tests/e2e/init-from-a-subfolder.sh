#!/bin/sh
# gate init looks at the top of the work tree, and writes there.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir sub
cd sub
expect_exit 0 gate init
[ -f ../gate.toml ] || fail "gate.toml is not at the top"
[ ! -e gate.toml ] || fail "gate.toml is in the subfolder"
