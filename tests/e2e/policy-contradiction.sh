#!/bin/sh
# Two blocks that leave nothing for a ref are an error that names both lines.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["release/*"]
allow = ["merge"]
[[branch]]
match = ["release/**"]
allow = ["create", "fast-forward"]
POLICY
judge 2 "x $(oid HEAD) refs/heads/release/1 $zeros"
expect_text "gate.toml:7:9"
expect_text "gate.toml:4:9"
judge 0 "x $(oid HEAD) refs/heads/feature $zeros"
