#!/bin/sh
# In a shallow clone, what can be told is judged; what can't is refused, with the command that deepens.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
smuggle origin master~1:refs/heads/staging
commit file two "Two"
smuggle origin master
git clone -q --depth 1 "file://$T/remote.git" "$T/shallow"
cd "$T/shallow"
gate install
expect_exit 0 git push origin HEAD:feature
commit file three "Three"
expect_exit 1 git push origin master
expect_text direct-push
expect_exit 1 git push -f origin HEAD:staging
expect_text "history  refs/heads/staging"
expect_text "git fetch --unshallow origin"
