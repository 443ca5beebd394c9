#!/bin/sh
# gate audit names a recorded bypass with its reason; it is no violation, but what it did not let through is.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = ["merge"]
bypass = ["*"]
POLICY
cd "$T/repo"
commit file two "Two"
commit file three "Three"
GATE_SKIP="The site is down" git push -q origin master
expect_exit 0 gate audit
expect_text "bypassed direct-push  $(git rev-parse --short=8 HEAD) \"Three\""
expect_text "bypassed direct-push  $(git rev-parse --short=8 HEAD~1) \"Two\""
expect_text "committer@example.com"
expect_text "The site is down"
commit file four "Four"
smuggle origin master
expect_exit 1 gate audit
expect_text "1 against a rule, 2 by a bypass"
# Another clone knows nothing of it.
git clone -q "$T/remote.git" "$T/clone"
(cd "$T/clone" && expect_exit 1 gate audit && expect_text "3 against a rule")
echo nonsense >>.git/gate/bypasses.jsonl
expect_exit 1 gate audit
expect_text "line 2 of"
expect_text "2 by a bypass"
