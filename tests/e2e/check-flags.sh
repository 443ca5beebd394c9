#!/bin/sh
# --branch, --from, --to and --remote say what is judged.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
smuggle origin master:development master:staging
git switch -q -c feature
commit file two "Two"
expect_exit 0 gate check
expect_exit 1 gate check --branch master
expect_text direct-push
expect_exit 1 gate check --branch staging
expect_exit 0 gate check --branch master --to origin/master
expect_exit 0 gate check --branch master --from HEAD
expect_exit 1 gate check --branch master --from HEAD --to HEAD~1
expect_text force-push
expect_exit 1 gate check --branch master --remote origin
expect_exit 2 gate check --branch master --to no-such-commit
expect_text no-such-commit
expect_exit 2 gate check --from no-such-commit
expect_exit 2 gate check --branch 'not..a branch'
expect_exit 2 gate check --no-such-flag
expect_text "no-such-flag"
