#!/bin/sh
# A merge that undoes an owner's change with the other side's old file needs the owner's signature; one as git makes it needs none.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
allowed_signers = "signers"
files.owners = [{ paths = ["infra/**"], by = ["lead@example.org"] }]
RULES
{ new_signer lead && new_signer dev; } >signers
mkdir infra
echo v1 >infra/x
git add signers infra
git commit -q -m "Signers"
branch_with old other other "Other"
branch_with free free free "Free"
smuggle origin master
sign_as lead
signed() { # file content message
    commit "$@"
    git commit -q --amend --no-edit -S
}
signed infra/x v2 "The owner's change"
signed infra/new new "The owner's file"
let_through origin master
owners_change=$(git rev-parse HEAD~1)

# The tree of this commit, as a merge of these parents, on a branch of its own.
merge_of() { # tree parents...
    tree_=$1
    shift
    git checkout -q -B merged "$(for parent_; do echo "-p $parent_"; done | xargs git commit-tree -m "Takes back" "$tree_^{tree}")"
}

for parents in "master old" "old master"; do
    # shellcheck disable=SC2086 # two words
    merge_of old $parents
    refused owners origin merged:master
    expect_text "infra/new in "
    expect_text "infra/x in "
    expect_text '"Takes back"'
    expect_text "no signature by lead@example.org"
    git checkout -q master
    git merge -q --no-ff --no-commit old
    git checkout -q old -- infra/x
    git commit -q -m "One file"
    git branch -q -f one
    git reset -q --hard origin/master
    # shellcheck disable=SC2086 # two words
    merge_of one $parents
    refused owners origin merged:master
    expect_text "infra/x in "
    expect_no_text "infra/new in "
    sign_as dev
    git commit -q --amend --no-edit -S
    refused owners origin merged:master
    sign_as lead
    git commit -q --amend --no-edit -S
    expect_exit 0 gate check --branch master
done
# It looks like a merge, and its second parent is old.
merge_of master~2 master master~2
refused owners origin merged:master

# What git would carry into an owned file, because it was renamed, is a change that nobody has signed.
git checkout -q -B moved master
commit script "$(seq 20)" "Nobody's"
git branch -q -f slip
git mv script infra/script
git commit -q -S -m "The owner takes it"
git checkout -q slip
commit script "$(seq 19 && echo evil)" "Still nobody's"
git checkout -q moved
git merge -q --no-ff -m "Carried" slip
expect_same "what git makes" evil "$(tail -n 1 infra/script)"
refused owners origin moved:master

# What met a conflict was decided by whoever made the merge.
git checkout -q -B conflict "$owners_change~1"
signed infra/x v3 "Another change of the owner's"
git checkout -q -B merged master
git merge -q --no-ff -X ours -m "Decided" conflict
expect_same "the decision" v2 "$(cat infra/x)"
refused owners origin merged:master
git commit -q --amend --no-edit -S
expect_exit 0 gate check --branch master

# Merges of three can't be made again.
git checkout -q -B merged master
git merge -q -m "Of three" old free
refused owners origin merged:master
expect_text "could not be made again"
expect_text "git fetch origin"

# As git makes it, from either side.
for sides in "master old" "old master"; do
    git checkout -q -B merged "${sides% *}"
    git merge -q --no-ff -m "Clean" "${sides#* }"
    expect_same "the owner's change" v2 "$(cat infra/x)"
    expect_exit 0 gate check --branch master
done
let_through origin merged:master
git checkout -q master
git merge -q --ff-only origin/master
commit four four "Four"
git merge -q --no-ff -m "Merge free" free
let_through origin master
