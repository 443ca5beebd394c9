#!/bin/sh
# A push can't weaken the rules that judge it, on the server neither.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_server
echo "schema = 1" >gate.toml
git commit -q -a -m "Everything goes"
expect_exit 1 git push --no-verify origin master
expect_text direct-push
git rm -q gate.toml
git commit -q -m "No policy"
expect_exit 1 git push --no-verify origin master
expect_text direct-push
expect_exit 1 git push --no-verify origin master:refs/heads/a master
# Nor by way of a branch that nobody guards.
expect_exit 0 git push --no-verify origin master:refs/heads/feature
expect_exit 1 git push --no-verify origin master
