#!/bin/sh
# The remote's ref is what counts: HEAD, another branch, a symref, an oid or a tag as the source change nothing.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
commit file two "Two"
git symbolic-ref refs/heads/alias refs/heads/feature
git tag -a -m "A tag" a-tag
for source in HEAD feature alias HEAD~0 "$(oid HEAD)" a-tag^{}; do
    expect_exit 1 git push origin "$source:refs/heads/master"
    expect_text "direct-push  refs/heads/master"
done
git config push.default upstream
git branch -q --set-upstream-to=origin/master feature
expect_exit 1 git push
expect_text "direct-push  refs/heads/master"
