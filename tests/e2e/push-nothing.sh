#!/bin/sh
# git calls the hook with empty input when it has nothing to push: that passes at once, without a word.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
no_engine
judge 0
expect_same "what it said" "" "$(cat "$out")"
expect_exit 0 git push origin master
expect_text "Everything up-to-date"
