#!/bin/sh
# A clone that fetches one branch only does not know what the others are: `gate check` says so instead of allowing.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
commit file two "Two"
smuggle origin feature
git clone -q --single-branch --branch feature "$T/remote.git" "$T/clone"
cd "$T/clone" || exit 1
expect_exit 2 gate check --branch master
expect_text "git fetch origin master:refs/remotes/origin/master"
expect_exit 2 gate check --remote nowhere
expect_text "there is no remote nowhere"
git fetch -q origin master:refs/remotes/origin/master
expect_exit 1 gate check --branch master
expect_text direct-push
