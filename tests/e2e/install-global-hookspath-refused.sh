#!/bin/sh
# A core.hooksPath from the user's configuration is shared by all repositories: gate writes nothing there.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir "$T/shared"
echo "# everybody's" >"$T/shared/pre-push"
git config --file "$T/gitconfig" core.hooksPath "$T/shared"
GIT_CONFIG_GLOBAL=$T/gitconfig
export GIT_CONFIG_GLOBAL
sum=$(ls -lA --time-style=full-iso "$T/shared")
expect_exit 2 gate install
expect_text "global"
expect_text "git config --local core.hooksPath"
expect_exit 2 gate uninstall
expect_same "the shared folder" "$sum" "$(ls -lA --time-style=full-iso "$T/shared")"
git config --local core.hooksPath "$(git rev-parse --git-common-dir)/hooks"
expect_exit 0 gate install
[ -x .git/hooks/pre-push ] || fail "the remedy does not help"
