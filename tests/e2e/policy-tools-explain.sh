#!/bin/sh
# gate policy explain: which line decides for a ref, and which gives way; of the work tree or of any commit.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_policy <<'POLICY'
schema = 1

[[branch]]
match = ["master"]
commits.subject_max = 30

[[branch]]
match = ["**"]
commits.subject_max = 50
bypass = ["*"]

[[branch]]
match = ["master"]
commits.subject_max = 20
POLICY
expect_exit 0 gate policy explain master
expect_text "commits.subject_max     20   (gate.toml:14:23)"
expect_text "gate.toml:5:23: 30   overruled by gate.toml:14:23, which is stricter"
expect_text "anybody may break it, saying why"
expect_exit 0 gate policy explain feature
expect_text "50"
expect_no_text "gate.toml:14:23"
expect_exit 0 gate policy explain refs/tags/master
expect_text "no block matches it"
expect_exit 2 gate policy explain
expect_text "which ref?"
expect_exit 2 gate policy explain 'a b'
expect_text '"a b" is no ref name'
