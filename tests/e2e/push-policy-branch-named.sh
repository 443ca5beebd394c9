#!/bin/sh
# Where the remote's HEAD does not carry the policy, policy_branch says which branch does.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_policy <<'POLICY'
schema = 1
policy_branch = "rules"
[[branch]]
match = ["release/*"]
allow = []
POLICY
smuggle origin master:rules
sed -i '/branch/,$d' gate.toml
git commit -q -a -m "Free"
git switch -q -c feature
git remote set-head origin --delete
expect_exit 0 git push origin feature
expect_exit 1 git push origin master:release/1
