#!/bin/sh
# What is trusted can be looked at and taken back; another commit can be trusted by name; wrong words are usage errors.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
expect_exit 0 gate trust --show
expect_text "suite tests: runs"
expect_text "nothing of HEAD would be asked about"
expect_exit 0 gate trust --forget
expect_exit 0 gate trust --show
expect_text "nothing is trusted"
expect_text "of HEAD this would be asked about"
expect_text "suite tests: runs"
expect_exit 0 gate trust --show
expect_text "nothing is trusted"
expect_exit 0 gate trust --forget
expect_text "nothing was trusted"
expect_exit 3 gate check
expect_exit 0 gate trust HEAD~1
expect_text "nothing that this would run"
expect_exit 3 gate check
expect_exit 0 gate trust feature
expect_text "suite tests: runs"
expect_exit 0 gate check
expect_exit 2 gate trust no-such-commit
expect_exit 2 gate trust --show --forget
expect_exit 2 gate trust --show HEAD
