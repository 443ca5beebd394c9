#!/bin/sh
# The same when the user's configuration only includes the file that sets it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir "$T/shared"
git config --file "$T/more" core.hooksPath "$T/shared"
git config --file "$T/gitconfig" include.path "$T/more"
GIT_CONFIG_GLOBAL=$T/gitconfig
export GIT_CONFIG_GLOBAL
expect_exit 2 gate install
expect_same "the shared folder" "" "$(ls "$T/shared")"
