#!/bin/sh
# A hook entry that is called in another way than the hooks do gives one sentence, and never lets anything through.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
expect_exit 2 gate hook
expect_exit 2 gate hook pre-push
expect_exit 2 gate hook pre-push .git/hooks/pre-push origin
expect_exit 2 gate hook pre-rebase .git/hooks/pre-rebase
expect_text "pre-rebase"
expect_exit 3 gate hook pre-receive .git/hooks/pre-receive
expect_text "pre-receive"
