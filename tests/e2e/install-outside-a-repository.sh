#!/bin/sh
# Outside of a repository there is one sentence and nothing else.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

GIT_CEILING_DIRECTORIES=$T
export GIT_CEILING_DIRECTORIES
expect_exit 2 gate install
expect_text "git init"
expect_exit 2 gate uninstall
[ ! -e hooks ] || fail "wrote hooks into no repository"
