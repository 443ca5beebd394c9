#!/bin/sh
# Way 1: a hook has no terminal, and CI has none; a good commit passes all the same.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
run_suite hook
expect_green "a good commit, by a hook,"
expect_same "feature on the remote" "$(oid HEAD)" "$(remote_tip feature "$PWD.git")"
commit another file "Another commit"
run_suite pipe
expect_green "a good commit, without a terminal,"
nothing_is_left
