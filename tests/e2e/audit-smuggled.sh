#!/bin/sh
# gate audit finds what came past the hook, and leaves alone what came by the rules.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo
smuggle origin master:development master:staging
git switch -q -c feature
commit a one "Good work"
git push -q origin feature
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
git push -q origin master
git switch -q -c development
commit b two "For staging"
git push -q origin development development:staging
expect_exit 0 gate audit
expect_text "master at $(git rev-parse --short=8 master): 1 step judged, none against a rule"
expect_text "staging at"
expect_no_text "development at"

git switch -q master
commit file two "Smuggled"
git push -q --no-verify origin master
expect_exit 1 gate audit
expect_text "1 against a rule"
expect_text "direct-push  $(git rev-parse --short=8 master) \"Smuggled\""
expect_plain "$out"
expect_exit 1 gate audit master
expect_exit 1 gate audit origin/master
expect_exit 0 gate audit staging
expect_no_text "master at"
# Also when another branch was made of it later, and when there is a clean merge on top.
git push -q origin master:refs/heads/later
git switch -q -c more
commit c three "More"
git switch -q master
git merge -q --no-ff -m "Merge more" more
git push -q origin more master
expect_exit 1 gate audit master
expect_text "Smuggled"
expect_no_text "\"Merge more\""
# Seen from another clone, and from the repository that receives.
git clone -q "$T/remote.git" "$T/clone"
(cd "$T/clone" && expect_exit 1 gate audit)
(cd "$T/remote.git" && expect_exit 1 gate audit && expect_exit 1 gate audit master)
expect_exit 2 gate audit nothing
expect_exit 2 gate audit master staging
expect_exit 2 gate audit --format xml
expect_exit 2 gate audit --remote nowhere
