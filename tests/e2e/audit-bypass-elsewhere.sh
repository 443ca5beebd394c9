#!/bin/sh
# A bypass of one remote excuses nothing on another, and one that the policy admits to nobody excuses nothing at all.
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
git clone -q --bare "$T/remote.git" "$T/fork.git"
git remote add fork "$T/fork.git"
git fetch -q fork
commit file two "Two"
GATE_SKIP="Only a fork" git push -q fork master
expect_exit 0 gate audit --remote fork
expect_text "Only a fork"
git push -q --no-verify origin master
expect_exit 1 gate audit
expect_no_text "Only a fork"
# What those who push say of themselves is no record of the server's.
mkdir -p "$T/remote.git/gate"
sed 's/"fork"/"origin"/' .git/gate/bypasses.jsonl >"$T/remote.git/gate/bypasses.jsonl"
(cd "$T/remote.git" && expect_exit 1 gate audit)
cp "$T/remote.git/gate/bypasses.jsonl" .git/gate/bypasses.jsonl
expect_exit 0 gate audit
