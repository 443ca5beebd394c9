#!/bin/sh
# A block with `remotes` holds for these remotes only: a fork's master is one's own.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
remotes = ["origin"]
allow = ["merge"]
POLICY
new_remote "$T/fork.git"
git remote add fork "$T/fork.git"
smuggle fork master
commit file two "Two"
expect_exit 1 git push origin master
expect_text direct-push
expect_exit 0 git push fork master
expect_exit 1 git push "$T/remote.git" master
expect_exit 0 git push "$T/fork.git" master:master
