#!/bin/sh
# A ref that is gone leaves nothing to audit, but for the bypass by which it was deleted; gate says so.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_server_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["staging"]
allow = ["merge", "create", "force"]
bypass = ["*"]
[[tag]]
match = ["v*"]
allow = ["create"]
bypass = ["*"]
POLICY
cd "$T/repo"
git tag v1
smuggle origin master:refs/heads/staging v1
gone=$(oid HEAD)
expect_exit 1 git push --no-verify origin :staging
expect_exit 0 git push --no-verify -o gate.skip="Nobody uses it" origin :staging :v1
expect_exit 0 git push --no-verify origin HEAD:refs/heads/staging
cd "$T/remote.git"
expect_exit 0 gate audit
expect_text "staging was deleted by a bypass"
expect_text "refs/tags/v1 was deleted by a bypass"
expect_text "Nobody uses it"
expect_exit 0 gate audit --format json
python3 - "$out" "$gone" <<'PYTHON'
import json, sys
text = open(sys.argv[1], encoding="utf-8").read()
bypasses = json.loads(text)["bypasses"]
assert sorted(b["ref"] for b in bypasses) == ["refs/heads/staging", "refs/tags/v1"], bypasses
for b in bypasses:
    assert b["used"] is True and b["new"] == "0" * 40 and b["old"] == sys.argv[2] and b["reason"] == "Nobody uses it", b
    assert [r["rule"] for r in b["rules"]] == ["deletion"], b
PYTHON
expect_exit 0 gate audit --help
expect_text "deleted"
