#!/bin/sh
# A bypass takes a reason: none, an empty one and more than one line are refused, and hostile bytes reach no terminal.
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
line="x $(oid HEAD) refs/heads/master $(oid HEAD~1)"
for reason in '' '   ' "$(printf 'two\nlines')" "$(printf '%1001d' 0)"; do
    GATE_SKIP=$reason judge 2 "$line"
    expect_text 'GATE_SKIP="'
done
GATE_SKIP=$(printf 'red \033[31m and \a bell') expect_exit 0 git push origin master
expect_plain "$out"
expect_text '\x1b[31m'
expect_plain .git/gate/bypasses.jsonl
