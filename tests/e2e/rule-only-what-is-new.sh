#!/bin/sh
# What is on the remote already is not judged again, by whatever branch it came; what is new is, once, however many branches bring it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_policy <<'POLICY'
schema = 1

[[branch]]
match = ["**"]
commits.subject_max = 10
files.deny = ["*.pem"]
POLICY
commit old.pem old "A bad one, long there"
smuggle origin master
commit two two "Two"
let_through origin master
# A new branch from there brings nothing new, nor does a merge of what is on another branch.
let_through origin master:refs/heads/a
branch_with bad bad.pem bad "Another bad one, come past gate"
smuggle origin bad
git merge -q --no-ff -m "Merge bad" bad
let_through origin master
commit new.pem new "This is one that gate sees"
refused denied-file origin master master:refs/heads/b
expect_same "old ones named" 0 "$(grep -c -e old.pem -e bad.pem "$out")"
expect_same "times that b is named" 2 "$(grep -c '  refs/heads/b$' "$out")"
