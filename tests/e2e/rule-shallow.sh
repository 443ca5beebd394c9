#!/bin/sh
# In a shallow clone, whatever can be told is judged; what can not is denied, and the fetch that it names mends it.
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
commit four four "Four"
let_through origin master
commit five five "A subject that is too long"
refused subject-length origin master
git reset -q --hard origin/master
git merge -q --allow-unrelated-histories -m "Merge feature" origin/feature
expect_exit 1 git push origin master
expect_text "git fetch --unshallow"
git fetch -q --unshallow origin
git reset -q --hard origin/master
git merge -q -m "Merge feature" origin/feature
let_through origin master
