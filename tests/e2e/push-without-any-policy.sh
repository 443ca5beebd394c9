#!/bin/sh
# A repository without a gate.toml anywhere may be pushed, and is told that nothing protects it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
gate install
expect_exit 0 git push -u origin master
expect_text "protection is not in force"
commit file two "Two"
expect_exit 0 git push origin master
expect_exit 0 git push -f origin HEAD~1:master
