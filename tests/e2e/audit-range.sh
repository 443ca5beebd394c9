#!/bin/sh
# A range audits what came after a commit.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo
commit a one "First"
smuggle origin master
git tag v1
commit b two "Second"
smuggle origin master
expect_exit 1 gate audit master
expect_text "2 against a rule"
expect_exit 1 gate audit v1..master
expect_text "Second"
expect_no_text "First"
expect_exit 1 gate audit v1..origin/master
expect_exit 0 gate audit master..master
expect_exit 1 gate audit HEAD~2..HEAD~1 --branch master
expect_text "First"
expect_no_text "Second"
expect_exit 2 gate audit v1..HEAD~1
expect_text "--branch"
expect_exit 2 gate audit nowhere..master
expect_exit 2 gate audit ..master
expect_exit 2 gate audit --branch master
# HEAD is a branch of nobody's.
expect_exit 2 gate audit HEAD~1..HEAD
expect_text "gate audit HEAD~1..HEAD --branch"
# A tag that no rule speaks of is not judged.
expect_exit 0 gate audit refs/tags/v1
expect_text "0 tags judged"
expect_exit 0 gate audit v1
expect_exit 2 gate audit refs/tags/v2
expect_text "no such tag"
