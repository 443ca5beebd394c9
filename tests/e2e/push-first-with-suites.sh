#!/bin/sh
# The first push to an empty remote runs the suites all the same: nothing leaves untested.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
default_policy >gate.toml
add_suite
echo bad >verdict
git add -A
git commit -q -m "A policy and a suite"
gate install
expect_exit 1 git push -u origin master
expect_text "protection is not in force"
expect_text "suite tests failed"
expect_same "master on the remote" none "$(remote_tip master)"
echo good >verdict
git commit -q -a -m "Good"
expect_exit 0 git push -u origin master
expect_runs 2
