#!/bin/sh
# The suite whose pass is asked for is the one that the protected side defines: a push that brings an easier one of that name brings no verdict.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "$support/lib-server.sh"
# shellcheck source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_repo_with_verdicts
install_on_server
sign_as alice
git switch -q -c feature
sed -i "s/^run = .*/run = ['true']/" gate.toml
commit verdict bad "It fails, and is not asked any more"
git commit -q -a -m "An easier suite"
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
expect_exit 1 gate check
expect_exit 0 gate verdict push origin
expect_exit 1 git push --no-verify origin master
expect_text "no verdict that holds for suite \"tests\""
expect_same "master of the remote" "$(oid master^)" "$(remote_tip master)"
# Nor where [verdicts] goes.
git switch -q feature
git checkout -q master^ -- gate.toml
sed -i '/^\[verdicts\]/,$d' gate.toml
git commit -q -a -m "No verdicts"
git switch -q master
git merge -q --no-ff -m "Merge feature again" feature
expect_exit 1 git push --no-verify origin master
expect_text "no verdict that holds for suite \"tests\""
