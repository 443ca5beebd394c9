#!/bin/sh
# A policy on the protected side that can't be read gives way to the newest one on its line that can.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
good=$(git rev-parse --short=8 HEAD)
echo "this is no policy" >gate.toml
git commit -q -a -m "Broken"
smuggle origin master
default_policy >gate.toml
git commit -q -a -m "Mended, straight on master"
expect_exit 1 git push origin master
expect_text direct-push
expect_text "the one at $good judges"
git switch -q -c mend origin/master
default_policy >gate.toml
git commit -q -a -m "Mended"
git switch -q -C master origin/master
git merge -q --no-ff -m "Merge mend" mend
expect_exit 0 git push origin master
