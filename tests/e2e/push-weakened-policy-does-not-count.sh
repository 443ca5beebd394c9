#!/bin/sh
# A push can't weaken the rules that judge it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
echo "schema = 1" >gate.toml
git commit -q -a -m "Everything goes"
expect_exit 1 git push origin master
expect_text direct-push
git rm -q gate.toml
git commit -q -m "No policy"
expect_exit 1 git push origin master
expect_text direct-push
expect_exit 1 git push origin master:refs/heads/a master
