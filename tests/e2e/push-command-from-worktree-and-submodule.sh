#!/bin/sh
# gate push finds the repository from a linked work tree and from a submodule.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git worktree add -q -b work "$T/linked"
cd "$T/linked"
commit file two "Two"
expect_exit 1 gate push origin work:master
expect_exit 0 gate push origin work
git init -q --initial-branch=master "$T/super"
cd "$T/super"
git -c protocol.file.allow=always submodule --quiet add "$T/remote.git" part
cd part
commit file three "Three"
expect_exit 1 gate push origin HEAD:master
expect_exit 0 gate push origin HEAD:refs/heads/from-part
