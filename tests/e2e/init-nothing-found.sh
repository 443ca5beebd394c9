#!/bin/sh
# Where there is nothing to test, gate init still writes a policy that parses and protects.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
expect_exit 0 gate init
expect_same "mode" 644 "$(stat -c %a gate.toml)"
git add gate.toml
git commit -q -m "A policy"
smuggle -u origin master
expect_exit 0 gate check
commit file two "Two"
expect_exit 1 gate check
expect_text direct-push
