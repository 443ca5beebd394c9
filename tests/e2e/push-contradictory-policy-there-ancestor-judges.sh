#!/bin/sh
# A policy on the protected side whose blocks contradict each other for a ref gives way to the newest one on its line that can judge it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
good=$(git rev-parse --short=8 HEAD)
printf '\n[[branch]]\nmatch = ["m*"]\nallow = ["fast-forward"]\n' >>gate.toml
git commit -q -a -m "Torn"
smuggle origin master
torn=$(git rev-parse --short=8 HEAD)
commit file two "Straight on master"
expect_exit 1 git push origin master
expect_text "$torn:gate.toml"
git switch -q -c mend origin/master
default_policy >gate.toml
git commit -q -a -m "Mended"
git switch -q -C master origin/master
commit file two "Straight on master"
default_policy >gate.toml
git commit -q -a -m "Mended, straight on master"
expect_exit 1 git push origin master
expect_text direct-push
expect_text "the policy at $torn contradicts itself for master ($torn:gate.toml:"
expect_text "the one at $good judges"
git reset -q --hard origin/master
expect_exit 0 git push origin mend:feature
expect_no_text contradicts
git merge -q --no-ff -m "Merge mend" mend
expect_exit 0 git push origin master
expect_text "the one at $good judges"
commit file three "Straight on master"
expect_exit 1 git push origin master
expect_no_text contradicts
