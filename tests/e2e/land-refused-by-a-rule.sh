#!/bin/sh
# What a push of the merge would be refused for refuses it here: nothing is run and nothing pushed.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
smuggle origin master:development master:staging
before=$(remote_tip staging)
git switch -q -c feature
commit file two "Two"
expect_exit 1 gate land feature --into staging
expect_text "land refused"
expect_text "merge-source  refs/heads/staging"
expect_same "staging on the remote" "$before" "$(remote_tip staging)"
expect_runs 0
git fetch -q origin
git switch -q -c development origin/development
commit file three "Three"
smuggle origin development
expect_exit 0 gate land development --into staging
expect_same "what landed" "$(oid development)" "$(git --git-dir "$T/remote.git" rev-parse 'staging^2')"
