#!/bin/sh
# --mirror sends every ref there is, --prune deletes those that are not here: each that git names to the hook is judged.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
smuggle origin master:staging
commit file two "Two"
expect_exit 1 git push --mirror "$T/remote.git"
expect_text "direct-push  refs/heads/master"
expect_same "staging on the remote" "$(oid master~1)" "$(remote_tip staging)"
git reset -q --hard HEAD~1
expect_exit 1 git push --prune origin 'refs/heads/*:refs/heads/*'
expect_text "deletion  refs/heads/staging"
expect_same "staging on the remote" "$(oid master)" "$(remote_tip staging)"
git branch staging
smuggle origin master:gone
expect_exit 0 git push --prune origin 'refs/heads/*:refs/heads/*'
expect_same "gone on the remote" none "$(remote_tip gone)"
