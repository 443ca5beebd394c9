#!/bin/sh
# gate policy lint judges all blocks of a ref together: what can't pass there is an error, what has no effect there a warning.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo
cat >gate.toml <<'POLICY'
schema = 1
[[branch]]
match = ["**"]
linear = true
files.secrets = true
[[branch]]
match = ["docs/**"]
allow = ["commit"]
files.secrets = false
files.deny = ["*.pem", "!test.pem"]
POLICY
expect_exit 0 gate policy lint
expect_text "gate.toml:6:1: warning: this block's files.secrets = false has no effect: gate.toml:5:17 demands it"
expect_text 'gate.toml:10:24: warning: "!test.pem" is no exception'
sed -i 's/allow = \["commit"\]/allow = ["merge"]/' gate.toml
expect_exit 2 gate policy lint
expect_text 'gate.toml:4:10: error: nothing can pass: "linear" refuses merges, and "allow" admits no other update (gate.toml:8:9), on docs/any-name'
# Where two patterns overlap, and nowhere else.
cat >gate.toml <<'POLICY'
schema = 1
[[branch]]
match = ["a*"]
allow = ["merge"]
[[branch]]
match = ["*b"]
allow = ["commit"]
POLICY
expect_exit 2 gate policy lint
expect_text 'have nothing in common'
expect_text "1 error, 0 warnings"
sed -i 's/"\*b"/"b*"/' gate.toml
expect_exit 0 gate policy lint
expect_text "nothing is wrong"
