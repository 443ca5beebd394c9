#!/bin/sh
# gate push judges also where gate is not installed, and with --no-verify: it is its own judge.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
gate uninstall
commit file two "Two"
expect_exit 1 gate push origin master
expect_text direct-push
expect_exit 1 gate push --no-verify origin master
expect_text direct-push
expect_exit 0 gate push origin HEAD:feature
