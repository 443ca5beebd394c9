#!/bin/sh
# In a submodule, the hooks go into the submodule's own folder below .git/modules.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
new_remote "$T/super.git"
git init -q --initial-branch=master "$T/super"
cd "$T/super"
git -c protocol.file.allow=always submodule --quiet add "$T/remote.git" part
git commit -q -m "A part"
cd part
expect_exit 0 gate install
[ -x "$T/super/.git/modules/part/hooks/pre-push" ] || fail "pre-push is not in the submodule's folder"
[ ! -e "$T/super/.git/hooks/pre-push" ] || fail "pre-push was written for the superproject"
commit file two "Two"
expect_exit 1 git push origin HEAD:master
expect_text direct-push
expect_exit 0 git push origin HEAD:feature
