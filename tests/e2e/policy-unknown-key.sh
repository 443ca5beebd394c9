#!/bin/sh
# An unknown key is an error with its place, and a near miss gets a suggestion.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
sed -i 's/^allow = \["merge"\]/alow = ["merge"]/' gate.toml
git commit -q -a -m "A slip"
judge 2 "x $(oid HEAD) refs/heads/feature $zeros"
expect_text "$(git rev-parse --short=8 HEAD):gate.toml:6:1: unknown key \"alow\""
expect_text 'did you mean "allow"?'
expect_exit 1 git push origin feature
expect_exit 2 gate check
expect_exit 2 gate push origin feature
expect_same "feature on the remote" none "$(remote_tip feature)"
