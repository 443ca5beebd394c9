#!/bin/sh
# uninstall takes away what install wrote, and nothing else; a second one has nothing to do.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir -p .git/hooks
echo "# mine" >.git/hooks/pre-rebase
gate install
expect_exit 0 gate uninstall
expect_same "what is left" pre-rebase "$(ls .git/hooks)"
expect_exit 0 gate uninstall
expect_text "no hooks of gate's"
expect_exit 0 git push origin master
