#!/bin/sh
# The first push to an empty remote: protection is not in force yet, and gate says so.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
default_policy >gate.toml
git add gate.toml
git commit -q -m "A policy"
gate install
expect_exit 0 git push -u origin master
expect_text "protection is not in force"
git switch -q -c feature
expect_exit 0 git push origin feature
expect_no_text "not in force"
