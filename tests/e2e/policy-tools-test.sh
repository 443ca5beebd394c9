#!/bin/sh
# gate policy test: 0 if all pass, 1 with what came if one fails, 2 for a wrong file; neither git nor Docker is asked.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

no_engine
mkdir plain
cd plain
default_policy >gate.toml
cat >gate.test.toml <<'TESTS'
[[test]]
name    = "nobody pushes straight to master"
ref     = "master"
update  = "commit"
refused = ["direct-push"]

[[test]]
name    = "a merge comes in"
ref     = "master"
update  = "merge"
of      = "feature"
allowed = true
TESTS
expect_exit 0 gate policy test gate.toml
expect_text "2 tests, all passed"
expect_exit 0 gate policy test gate.test.toml
sed -i 's/"direct-push"/"force-push"/' gate.test.toml
expect_exit 1 gate policy test gate.toml
expect_text "FAIL  nobody pushes straight to master   (gate.test.toml:1:1)"
expect_text "direct-push"
expect_text "2 tests, 1 failed"
sed -i 's/"force-push"/"no-such-rule"/; s/^of /off/' gate.test.toml
expect_exit 2 gate policy test gate.toml
expect_text "gate.test.toml:5:"
expect_text "gate.test.toml:11:"
rm gate.test.toml
expect_exit 2 gate policy test gate.toml
expect_text "[[test]]"
# Those that gate brings along pass.
for policy in "${support%/tests/support}"/policies/*.test.toml; do
    expect_exit 0 gate policy test "$policy"
done
