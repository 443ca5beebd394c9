#!/bin/sh
# Several blocks that match: what all of them admit is admitted, and the line that decided is named.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["**"]
allow = ["commit", "merge", "create"]
[[branch]]
match = ["master"]
allow = ["merge", "force"]
POLICY
commit file two "Two"
expect_exit 1 git push origin master
expect_text "gate.toml:7:9"
expect_exit 1 git push -f origin master~2:master
expect_text "force-push"
expect_exit 0 git push origin master:feature
expect_exit 1 git push -f origin master~1:feature
expect_exit 1 git push origin :feature
