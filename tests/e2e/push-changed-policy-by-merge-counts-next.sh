#!/bin/sh
# A merge that changes the policy is judged by the old one; from then on the new one holds.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c freer
echo "schema = 1" >gate.toml
git commit -q -a -m "Everything goes"
git switch -q master
git merge -q --no-ff -m "Merge freer" freer
expect_exit 0 git push origin master
commit file two "Straight on"
expect_exit 0 git push origin master
