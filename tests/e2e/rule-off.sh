#!/bin/sh
# enforcement = "off": not judged, and each push that it would have spoken of says so.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_policy <<'POLICY'
schema = 1

[[branch]]
match = ["master"]
enforcement = "off"
allow = []
commits.subject_max = 10
POLICY
commit two two "A subject that is too long"
let_through origin master
expect_text "gate.toml:3:1 speaks of master and is switched off"
expect_no_text "subject-length"
let_through origin master:refs/heads/other
expect_no_text "switched off"
