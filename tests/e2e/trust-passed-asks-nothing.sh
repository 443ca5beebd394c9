#!/bin/sh
# A tree that has passed is not asked about: a push of it reads nothing of what is trusted.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
expect_exit 0 gate check
rm -rf "$HOME/.local"
no_engine
expect_exit 0 git push origin feature
expect_runs 1
unset HOME
expect_exit 0 git push origin feature:other
