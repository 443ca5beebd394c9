#!/bin/sh
# A merge that breaks a rule, where nothing is published, is told of at the push and not before.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
merge_content = "clean"
commits.subject_max = 10
RULES
branch_with feature two two "Two"
expect_exit 0 git merge -q --no-ff -m "Merge feature, and a long subject" feature
expect_same "what the merge said" "" "$(cat "$out")"
git reset -q --hard origin/master
git switch -q -c other HEAD~1
commit three three "Three"
smuggle origin other
git clone -q --depth 1 --no-single-branch "file://$T/remote.git" "$T/shallow"
cd "$T/shallow"
gate install
expect_exit 0 git merge -q --allow-unrelated-histories -m "Merge" origin/other
expect_same "what the merge said" "" "$(cat "$out")"
