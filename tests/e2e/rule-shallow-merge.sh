#!/bin/sh
# A merge that can not be made again in a shallow clone is a broken rule, with the fetch that mends it, beside whatever else is broken.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
merge_content = "clean"
commits.subject_max = 20
RULES
git switch -q -c feature HEAD~1
commit two two "Two"
smuggle origin feature
git switch -q master
commit three three "Three"
smuggle origin master
git clone -q --depth 1 --no-single-branch "file://$T/remote.git" "$T/shallow"
cd "$T/shallow"
gate install
git merge -q --allow-unrelated-histories -m "Merge feature, and a long subject" origin/feature
refused merge-content origin master
expect_text "could not be made again"
expect_text "git fetch --unshallow origin"
expect_text "  subject-length  refs/heads/master"
