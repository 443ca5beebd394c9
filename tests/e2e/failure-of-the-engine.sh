#!/bin/sh
# An Engine that does not answer: one plain sentence, exit code 3, nothing pushed, nothing left.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
no_engine
judge 3 "refs/heads/feature $(oid HEAD) refs/heads/feature $zeros"
expect_text "unix:///nowhere"
expect_exit 1 git push origin feature
expect_text "suite tests could not run"
expect_same "feature on the remote" none "$(remote_tip feature)"
expect_exit 3 gate check
expect_exit 3 gate push origin feature
expect_same "feature on the remote" none "$(remote_tip feature)"
expect_nothing_left
