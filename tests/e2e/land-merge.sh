#!/bin/sh
# gate land merges, tests the merge and pushes it, beside whatever the work tree is in the middle of; the local branch comes along where nobody
# stands on it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
before=$(remote_tip master)
git switch -q -c feature
commit file changed "A change"
printf 'in the middle of it\n' >file
printf 'staged\n' >staged
git add staged
git status --porcelain=v2 --branch >"$T/status"
expect_exit 0 gate land feature
expect_text "landing $(git rev-parse --short=8 feature) of feature on master of origin"
tip=$(remote_tip master)
expect_text "gate: landed: master of origin has $(git rev-parse --short=8 "$tip")"
expect_same "its parents" "$before $(oid feature)" "$(git log -1 --format=%P "$tip")"
expect_same "its message" "Merge branch 'feature' into master" "$(git log -1 --format=%B "$tip")"
expect_same "who made it" "author@example.com committer@example.com" "$(git log -1 --format='%ae %ce' "$tip")"
git status --porcelain=v2 --branch | diff "$T/status" - || fail "the work tree is not as it was"
expect_same "the work tree's file" "in the middle of it" "$(cat file)"
expect_same "the local master" "$tip" "$(oid master)"
expect_runs 1
expect_nothing_left

expect_exit 0 gate land feature
expect_text "nothing to land"
expect_same "master on the remote" "$tip" "$(remote_tip master)"

# Who stands on the branch gets it when they want it.
git reset -q --hard
git switch -q master
git branch -q other feature
git switch -q other
commit another new "Another one"
git switch -q master
expect_exit 0 gate land other -m "Because it is time"
expect_text "git pull --ff-only"
expect_same "the local master" "$tip" "$(oid master)"
expect_same "its message" "Because it is time" "$(git log -1 --format=%B "$(remote_tip master)")"
expect_exit 0 git pull -q --ff-only
expect_same "the local master" "$(remote_tip master)" "$(oid master)"
expect_runs 2
