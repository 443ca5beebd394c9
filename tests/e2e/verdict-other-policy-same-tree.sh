#!/bin/sh
# On a protected ref the protected side's suites must pass: a commit that hollows out its suite gains nothing.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
sed -i "s/^run = .*/run = ['true']/" gate.toml
git commit -q -a -m "Tests that always pass"
commit verdict bad "Bad"
expect_exit 0 git push origin feature
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
expect_exit 1 git push origin master
expect_text "suite tests failed"
expect_text "| bad"
