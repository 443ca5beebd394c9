#!/bin/sh
# Rules about commits and files are audited, too: once, where the commit came in, and not what stood on another branch before.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = ["merge", "commit"]
commits.subject_max = 20
files.deny = ["*.pem"]
POLICY
cd "$T/repo"
commit key.pem secret "A key"
commit file two "A subject of more than twenty characters"
smuggle origin master
git switch -q -c feature
commit file three "Another subject of more than twenty characters"
smuggle origin feature
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
git push -q origin master
expect_exit 1 gate audit
expect_text "2 against a rule"
expect_text "denied-file  $(git rev-parse --short=8 HEAD~2)"
expect_text "subject-length  $(git rev-parse --short=8 HEAD~1)"
expect_no_text "\"Merge feature\""
# A merge of what nobody had before is held to the rules itself.
git switch -q -c local
commit file four "Yet another subject of more than twenty characters"
git switch -q master
git merge -q --no-ff -m "Merge local" local
smuggle origin master
expect_exit 1 gate audit
expect_text "subject-length  $(git rev-parse --short=8 HEAD) \"Merge local\""
