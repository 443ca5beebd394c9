#!/bin/sh
# Objects that are borrowed from another repository are read like others.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
files.max_size = "1KiB"
merge_content = "clean"
RULES
git clone -q --shared "$T/remote.git" "$T/borrower"
cd "$T/borrower"
gate install
branch_with feature two two "Two"
head -c 2000 /dev/zero >zeros
git add zeros
git commit -q -m "Zeros"
refused file-size origin master
git reset -q --hard origin/master
commit three three "Three"
git merge -q --no-ff -m "Merge feature" feature
let_through origin master
