#!/bin/sh
# Everything that is wrong with a policy is said in one go, in the order of the file, each with line and column.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
cat >gate.toml <<'POLICY'
schema = 1
colour = "red"

[[branch]]
match = "master"
allow = ["merge", "fastforward"]
require = ["tets"]

[[branch]]
allow = true
from = ["release/*"]

[suite.tests]
build = "../outside"
run = []
timeout = "10 parsecs"

[suite.api]
service = "api"
POLICY
git commit -q -a -m "All wrong"
judge 2 "x $(oid HEAD) refs/heads/feature $zeros"
expect_text 'gate.toml:2:1: unknown key "colour"'
expect_text 'gate.toml:5:9: "match" must be a list'
expect_text 'gate.toml:6:9: there is no shape "fastforward"'
expect_text 'did you mean "fast-forward"?'
expect_text 'gate.toml:7:11: there is no suite "tets"'
expect_text 'did you mean "tests"?'
expect_text 'gate.toml:9:1: [[branch]] needs "match"'
expect_text 'gate.toml:10:9: "allow" must be a list'
expect_text 'gate.toml:11:8: "from" names branches'
expect_text 'gate.toml:14:9: "build" must be a path inside the repository'
expect_text 'gate.toml:15:7: "run" names no program'
expect_text 'gate.toml:16:11: "10 parsecs" is no timeout'
expect_text 'gate.toml:18:1: [suite.api] needs one of "compose", "build" and "image"'
sed -n 's/.*gate.toml:\([0-9]*\):.*/\1/p' "$out" >"$T/lines"
sort -n -c "$T/lines" || fail "not in the order of the file"
