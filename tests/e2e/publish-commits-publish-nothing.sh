#!/bin/sh
# What is no merge publishes nothing and says nothing: a commit, an amended one, cherry-picks, reverts, rebases, and moving a branch.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

new_repo_with_publishing
REGISTRY=127.0.0.1:1 # nobody is to ask it
quietly() {
    expect_exit 0 "$@"
    expect_no_text "gate: "
    [ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
}
commit file more "More"
git push -q origin development
git switch -q staging
echo mend >mend
git add mend
quietly git commit -m "A mend"
quietly git commit --amend -m "A mend, in other words"
quietly git cherry-pick development
quietly git revert --no-edit HEAD
quietly git rebase --force-rebase HEAD~3
quietly git rebase development
quietly git reset --hard master
git switch -q -c work development
git switch -q -c side HEAD~1
commit other more "Another thing"
git switch -q work
git merge -q --no-edit side
quietly git switch staging
quietly git cherry-pick -m 1 work
quietly git reset --hard work
quietly git commit --allow-empty -m "On top of a merge"
quietly git rebase --rebase-merges --force-rebase master
quietly git branch -f development work
git switch -q development
quietly git fetch . +work:staging
expect_runs 1
