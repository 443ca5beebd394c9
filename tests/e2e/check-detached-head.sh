#!/bin/sh
# On no branch, what can't be known is refused, and the flag that mends it is named.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q --detach
expect_exit 2 gate check
expect_text "--branch"
expect_exit 0 gate check --branch feature
