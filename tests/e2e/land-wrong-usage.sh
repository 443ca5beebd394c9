#!/bin/sh
# What can't be meant is said with what would do, before anything is fetched or made.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
commit file changed "A change"
before=$(git for-each-ref)
expect_exit 0 gate land --help
expect_text "begins again"
expect_exit 2 gate land
expect_text "gate land BRANCH"
expect_exit 2 gate land nowhere
expect_text "there is no branch nowhere, neither here nor on origin"
expect_exit 2 gate land feature --into nowhere
expect_text "origin has no branch nowhere"
expect_exit 2 gate land feature --into "two words"
expect_exit 2 gate land feature --remote elsewhere
expect_text "there is no remote called elsewhere"
expect_exit 2 gate land feature --remote "$T/remote.git"
expect_exit 2 gate land feature --tries none
expect_exit 2 gate land feature --tries 0
expect_exit 2 gate land feature -m ' '
git remote set-head origin --delete
expect_exit 2 gate land feature
expect_text "git remote set-head origin --auto"
git remote set-head origin master
expect_same "refs" "$before" "$(git for-each-ref)"
mv "$T/remote.git" "$T/gone.git"
expect_exit 3 gate land feature
expect_text "git ls-remote origin"
