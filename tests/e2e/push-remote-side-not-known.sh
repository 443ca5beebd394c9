#!/bin/sh
# What the remote's side has is not known here: nothing that its policy might forbid is let through, and gate names the fetch.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
commit file two "Two"
smuggle origin feature
git switch -q -c staging master
commit file other "Not on feature"
smuggle origin staging
git clone -q --single-branch --branch feature "file://$T/remote.git" "$T/clone"
cd "$T/clone" || exit 1
gate install >"$out"
for refspec in :staging +HEAD:staging HEAD:new; do
    expect_exit 1 git push origin "$refspec"
    expect_text "history"
    expect_text "git remote set-head origin --auto"
done
git init -q "$T/unfetched"
cd "$T/unfetched" || exit 1
git remote add origin "$T/remote.git"
gate install >"$out"
commit file three "Unrelated"
expect_exit 1 git push --force origin HEAD:master
expect_text "history"
git fetch -q origin '+refs/heads/*:refs/remotes/origin/*'
git remote set-head origin --auto >"$out"
expect_exit 1 git push --force origin HEAD:master
expect_text "force-push"
