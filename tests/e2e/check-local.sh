#!/bin/sh
# gate check judges and tests HEAD as a push of it to its upstream would be; then that push is instant.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
expect_exit 0 gate check
git switch -q -c feature
commit two x "Two"
expect_exit 0 gate check
expect_text "$(git rev-parse --short=8 HEAD) for refs/heads/feature"
expect_text "would be allowed"
expect_runs 2
no_engine
expect_exit 0 gate check
expect_exit 0 git push origin feature
git switch -q master
commit three x "Three"
expect_exit 1 gate check
expect_text direct-push
expect_same "master on the remote" "$(oid HEAD~1)" "$(remote_tip master)"
