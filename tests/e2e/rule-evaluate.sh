#!/bin/sh
# enforcement = "evaluate": what would be refused is told and comes in; another block for the same branch is enforced all the same.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_policy <<'POLICY'
schema = 1

[[branch]]
match = ["master"]
enforcement = "evaluate"
commits.subject_max = 10

[[branch]]
match = ["master"]
files.deny = ["*.pem"]
POLICY
commit two two "A subject that is too long"
let_through origin master
expect_text "subject-length"
expect_same "master on the remote" "$(oid HEAD)" "$(remote_tip master)"
commit key.pem key "Another one that is too long"
refused denied-file origin master
commit three three "Three"
start_over
commit three three "Three"
let_through origin master
expect_no_text "subject-length"
