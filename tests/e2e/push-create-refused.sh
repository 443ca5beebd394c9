#!/bin/sh
# A protected branch that is not there yet can be made only where the policy admits it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["release/*"]
allow = ["merge"]
[[branch]]
match = ["topic/**"]
allow = ["create", "commit"]
POLICY
expect_exit 1 git push origin master:release/1
expect_text "creation  refs/heads/release/1"
expect_same "release/1 on the remote" none "$(remote_tip release/1)"
expect_exit 0 git push origin master:topic/a/b
expect_exit 0 git push origin master:refs/heads/release/1/deeper
