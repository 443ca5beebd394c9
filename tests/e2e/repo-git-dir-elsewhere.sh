#!/bin/sh
# --git-dir and --work-tree, and the variables behind them, lead gate to the same repository as git.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
commit file two "Two"
mv .git "$T/elsewhere.git"
git --git-dir="$T/elsewhere.git" config core.hooksPath "$T/elsewhere.git/hooks"
expect_exit 1 git --git-dir="$T/elsewhere.git" --work-tree="$PWD" push origin master
expect_text direct-push
expect_exit 0 git --git-dir="$T/elsewhere.git" --work-tree="$PWD" push origin HEAD:feature
cd "$T"
expect_exit 1 git --git-dir="$T/elsewhere.git" push origin master
expect_text direct-push
expect_exit 1 env GIT_DIR="$T/elsewhere.git" GIT_WORK_TREE="$T/repo" gate check --branch master
expect_text direct-push
expect_exit 1 env GIT_DIR="$T/elsewhere.git" GIT_WORK_TREE="$T/repo" gate push origin master
expect_text direct-push
