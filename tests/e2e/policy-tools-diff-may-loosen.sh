#!/bin/sh
# gate policy diff: what can't be put in order exits with 1, too, and no loosening hides where patterns overlap or between the refs that are tried.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo
cat >a.toml <<'POLICY'
schema = 1
serial = 2
policy_branch = "master"
[[branch]]
match = ["release/**"]
linear = true
freeze = [{ from = 2036-12-20T00:00:00Z, until = 2037-01-05T00:00:00Z, reason = "holidays" }]
[suite.api]
build = "."
run = ["test", "all"]
POLICY
# Each edit of it, whether it exits with 1, and what is told.
edit() {
  sed "$1" a.toml >b.toml
  expect_exit "$2" gate policy diff a.toml b.toml
  expect_text "$3"
}
edit 's/serial = 2/serial = 1/' 1 'serial  2 → 1   (loosens)'
edit 's/serial = 2/serial = 3/' 0 'serial  2 → 3   (tightens)'
edit 's/policy_branch = "master"/policy_branch = "any"/' 1 'policy_branch  master → any   (changes)'
edit 's/"test", "all"/"test all"/' 1 "suite.api  test all in an image built from the top folder"
edit 's|"release/\*\*"|"release/*", "release/any-name/any-name"|' 1 'release/**: linear  yes → no   (loosens)'
edit 's/until = 2037-01-05T00:00:00Z, reason = "holidays" }/until = 2036-12-24T00:00:00Z, reason = "rest" }, { from = 2036-12-24T00:00:00Z, until = 2037-01-05T00:00:00Z, reason = "more" }/' 0 "the two policies mean the same"
edit 's/until = 2037-01-05/until = 2037-01-04/' 1 '2037-01-04T00:00:00Z   (loosens)'
edit 's/run = .*/&\n[publish.x]\nbranch = "master"\nsuite = "api"\nto = "registry.example.org\/x"/' 1 'publish.x  nothing → to registry.example.org/x'
