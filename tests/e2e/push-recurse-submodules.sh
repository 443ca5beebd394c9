#!/bin/sh
# With --recurse-submodules=on-demand, git runs the submodule's own hook: it judges there, and holds the whole push back.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
new_remote "$T/super.git"
git init -q --initial-branch=master "$T/super"
cd "$T/super"
git remote add origin "$T/super.git"
git -c protocol.file.allow=always submodule --quiet add "$T/remote.git" part
git commit -q -m "A part"
gate install
expect_exit 0 git push origin master
cd part
gate install
commit file two "Two"
cd ..
git commit -q -a -m "A newer part"
expect_exit 128 git push --recurse-submodules=on-demand origin master
expect_text "direct-push  refs/heads/master"
expect_same "master of the part" "$(oid HEAD~1:part)" "$(remote_tip master)"
expect_same "master of the whole" "$(oid HEAD~1)" "$(remote_tip master "$T/super.git")"
git -C part push -q origin HEAD:refs/heads/feature
expect_exit 0 git push --recurse-submodules=check origin master
