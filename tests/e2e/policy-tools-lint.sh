#!/bin/sh
# gate policy lint: exit code 2 with every error and its place, 0 with warnings only, and a sentence where there is nothing to read.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo
expect_exit 0 gate policy lint
cat >gate.toml <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
commits.subject_max = 10
freeze = [{ from = 2020-01-01T00:00:00Z, until = 2020-02-01T00:00:00Z, reason = "holidays" }]
[[branch]]
match = ["master"]
commits.subject_max = 20
POLICY
expect_exit 0 gate policy lint
expect_text "gate.toml:5:11: warning: this freeze is over"
expect_text 'gate.toml:8:23: warning: this "commits.subject_max" never decides: the one at gate.toml:4:23 is stricter'
expect_text "0 errors, 4 warnings"
mkdir sub
cd sub
expect_exit 0 gate policy lint
expect_text "4 warnings"
cd ..
cat >bad.toml <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = ["merge", "everything"]
commits.message = "("
POLICY
expect_exit 2 gate policy lint bad.toml
expect_text "bad.toml:4:"
expect_text "bad.toml:5:"
expect_text "2 errors"
cat >bad.toml <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = ["merge"]
[[branch]]
match = ["ma*"]
allow = ["commit"]
POLICY
expect_exit 2 gate policy lint bad.toml
expect_text 'have nothing in common'
expect_exit 2 gate policy lint nothing.toml
expect_text "there is no file"
expect_exit 2 gate policy lint bad.toml gate.toml
rm gate.toml
expect_exit 2 gate policy lint
expect_text "gate init"
cd "$T"
expect_exit 3 gate policy lint
