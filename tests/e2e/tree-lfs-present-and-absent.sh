#!/bin/sh
# Git LFS files arrive with their content; one that is not here is named, with the command that fetches it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

command -v git-lfs >/dev/null || skip "git-lfs is not installed"
new_repo
git lfs install --local --skip-repo >/dev/null
add_suite tests sh -c 'cat big; grep -q content big'
echo 'big filter=lfs diff=lfs merge=lfs -text' >.gitattributes
echo "the content" >big
git add -A
git commit -q -m "A suite, and a big file"
git show HEAD:big | grep -q git-lfs || fail "big is not in LFS"
smuggle origin master
expect_exit 0 git push origin HEAD:feature
GIT_LFS_SKIP_SMUDGE=1 git -c filter.lfs.process= -c filter.lfs.smudge=cat -c filter.lfs.required=false clone -q "$T/remote.git" "$T/fresh"
cd "$T/fresh"
gate install
expect_exit 1 git push origin HEAD:another
expect_text big
expect_text "git lfs fetch"
expect_nothing_left
