#!/bin/sh
# A change of the policy on a protected branch passes the suites of the old and of the new one.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_policy <<'POLICY'
schema = 1

[[branch]]
match = ["master"]
allow = ["commit"]
POLICY
add_suite old sh -c 'true'
git add -A
git commit -q -m "An old suite"
smuggle origin master
sed -i 's/^\[suite.old\]/[suite.new]/; s/true/false/' gate.toml
git commit -q -a -m "A new suite, that fails"
expect_exit 1 git push origin master
expect_runs 1 old
expect_text "suite new failed"
sed -i "s/'false'/'true', 'new'/" gate.toml
git commit -q -a --amend -m "A new suite"
let_through origin master
expect_same "master on the remote" "$(oid HEAD)" "$(remote_tip master)"
