#!/bin/sh
# In a partial clone, what is new is here, and rules about files judge it; a merge of old content is made again, or refused with a fetch.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
files.max_size = "1KiB"
files.secrets = true
files.deny = ["*.pem"]
merge_content = "clean-or-resolved"
RULES
for i in 1 2 3; do commit other "$i" "More $i"; done
branch_with feature theirs theirs "Theirs"
smuggle origin master feature
git -C "$T/remote.git" config uploadpack.allowFilter true
git clone -q --filter=blob:none "file://$T/remote.git" "$T/partial"
cd "$T/partial"
gate install
commit key.pem key "A key"
refused denied-file origin master
git reset -q --hard origin/master
head -c 2000 /dev/zero >zeros
git add zeros
git commit -q -m "Zeros"
refused file-size origin master
git reset -q --hard origin/master
commit two two "Two"
let_through origin master
git merge -q -m "Merge feature" origin/feature
let_through origin master
# A commit that is made without a work tree, from blobs that are not here.
git switch -q -c old origin/master~4 2>/dev/null || git switch -q -c old HEAD~1
commit three three "Three"
let_through origin HEAD:refs/heads/old
