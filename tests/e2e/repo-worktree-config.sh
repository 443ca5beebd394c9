#!/bin/sh
# extensions.worktreeConfig, which `git sparse-checkout` switches on, keeps gate from nothing.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git config core.repositoryFormatVersion 1
git config extensions.worktreeConfig true
git config --worktree core.sparseCheckout false
expect_exit 0 gate status
commit file two "Two"
expect_exit 1 git push origin master
expect_text direct-push
expect_exit 0 git push origin HEAD:feature
