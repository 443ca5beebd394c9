#!/bin/sh
# Where gate was never installed nobody has agreed to anything: nothing is run, and the command that agrees is named.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git clone -q "$T/remote.git" "$T/fresh"
cd "$T/fresh"
expect_exit 3 gate check
expect_text "nobody on this machine has agreed"
expect_text "suite tests: runs"
expect_text "gate trust"
expect_plain "$out"
expect_runs 0
expect_exit 0 gate trust
expect_text "suite tests: runs"
expect_exit 0 gate check
expect_runs 1
expect_exit 0 gate trust
expect_no_text "suite tests"
