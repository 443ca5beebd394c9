#!/bin/sh
# gate policy explain --at: the policy of a commit, which is the one that judges a push.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo
sed -i 's/"merge"/"commit"/' gate.toml
expect_exit 0 gate policy explain master
expect_text '["commit"]'
expect_exit 0 gate policy explain master --at origin/master
expect_text '["merge"]'
expect_text "$(git rev-parse --short=8 HEAD):gate.toml:6:9"
expect_exit 2 gate policy explain master --at nowhere
expect_text '"nowhere" is no commit of this repository'
expect_exit 2 gate policy explain master --at HEAD~1
expect_text "gate.toml"
expect_no_text "ERROR"
