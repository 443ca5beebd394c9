#!/bin/sh
# A branch that is new on the remote is judged by the policy branch's rules there, not by those that it brings along.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["release/*"]
allow = ["merge"]
POLICY
echo "schema = 1" >gate.toml
git commit -q -a -m "No rules any more"
expect_exit 1 git push origin HEAD:release/1
expect_text "creation  refs/heads/release/1"
git rm -q gate.toml
git commit -q -m "No policy at all"
expect_exit 1 git push origin HEAD:release/1
