#!/bin/sh
# A range in which there is nothing says so; one the wrong way round is a mistake.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer ada
new_repo_with_verdicts
git switch -q -c feature
commit file one "One"

expect_exit 0 gate verify HEAD..HEAD --branch master
expect_text "no commits in HEAD..HEAD"
expect_exit 2 gate verify HEAD..HEAD~1 --branch master
expect_text "no commits in HEAD..HEAD~1: the first one has the other already"
expect_exit 1 gate verify HEAD~1..HEAD --branch master
expect_no_text "no commits"
expect_exit 2 gate verify HEAD..nothing --branch master
expect_text 'there is no commit "nothing" here'
