#!/bin/sh
# Several refs with the same tree run their suites once, and are both named.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git branch one
git switch -q -c two
git commit -q --allow-empty -m "The same tree"
git tag -a -m "The same commit" v1
expect_exit 0 git push origin one two v1
expect_text "one, two, v1"
expect_runs 1
