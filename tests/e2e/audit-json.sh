#!/bin/sh
# gate audit --format json is one document that programs can read, whatever a commit says.
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
[[branch]]
match = ["trial"]
allow = ["merge"]
enforcement = "evaluate"
POLICY
cd "$T/repo"
commit file two "Two"
GATE_SKIP='a "quoted" reason' git push -q origin master
commit file three "$(printf 'red \033[31m "quote" \377')"
smuggle origin master
expect_exit 1 gate audit --format json
cp "$out" "$T/json"
python3 - "$T/json" "$(oid HEAD)" "$(oid HEAD~1)" <<'PYTHON'
import json, sys
document = json.load(open(sys.argv[1], encoding="utf-8"))
assert document["schema"] == "gate-audit/1", document
assert document["remote"] == "origin" and document["clean"] is False
(ref,) = document["refs"]
assert ref["ref"] == "refs/heads/master" and ref["tip"] == sys.argv[2] and ref["judged"] == 2
bad, bypassed = ref["steps"]
assert bad["commit"] == sys.argv[2] and bad["before"] == sys.argv[3]
assert bad["violations"][0]["rule"] == "direct-push" and bad["bypass"] is None
assert bad["violations"][0]["origin"].endswith(":gate.toml:4:9"), bad
assert bypassed["violations"] == [] and bypassed["bypassed"][0]["rule"] == "direct-push"
assert bypassed["bypass"]["reason"] == 'a "quoted" reason' and bypassed["bypass"]["where"] == "client"
PYTHON
