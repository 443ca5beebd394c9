#!/bin/sh
# No private checkout stays: after a pass, a failure, a problem, an Engine that is gone; what a killed run left is swept.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
expect_exit 0 git push origin feature
expect_nothing_left
commit verdict bad "Bad"
expect_exit 1 git push origin feature
expect_nothing_left
commit gate.toml nonsense "Nonsense"
expect_exit 1 git push origin feature
expect_nothing_left
git reset -q --hard HEAD~1
(no_engine && expect_exit 1 git push origin feature)
expect_nothing_left
expect_exit 1 gate push origin feature
expect_nothing_left
dead=$(sh -c 'echo $$')
mkdir -p ".git/gate/tmp/run-$dead-abcdef/tree"
expect_exit 1 git push origin feature
expect_nothing_left
