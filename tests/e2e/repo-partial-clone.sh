#!/bin/sh
# In a partial clone, protection holds; what a suite needs and is not here is named, or was fetched by git before.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git -C "$T/remote.git" config uploadpack.allowFilter true
for i in 1 2 3; do commit other "$i" "More $i"; done
smuggle origin master
git clone -q --filter=blob:none "file://$T/remote.git" "$T/partial"
cd "$T/partial"
gate install
commit file two "Two"
expect_exit 1 git push origin master
expect_text direct-push
expect_exit 0 git push origin HEAD:feature
expect_text "suite tests passed"
