#!/bin/sh
# A verdict is of one suite as it was defined: another command runs again.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
expect_exit 0 git push origin feature
sed -i "s/^run = .*/run = ['true']/" gate.toml
git commit -q -a -m "Another command"
expect_exit 0 git push origin feature
expect_runs 2
