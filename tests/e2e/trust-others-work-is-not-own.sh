#!/bin/sh
# A squash, a checkout of files, a merge, a cherry-pick and a rebase of somebody else's work are asked about, though one commits them oneself.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
smuggle -u origin feature
colleague_commits Dockerfile 'FROM gate-demo/busybox:1
ENV COLLEAGUE=was-here
WORKDIR /tree
COPY . .' "Another image"
git fetch -q
expect_asked() { # way
    expect_exit 3 gate check --branch another
    expect_text "suite tests: builds . by Dockerfile"
    expect_runs 0
    git reset -q --hard "$start"
    echo "$1: asked"
}
start=$(oid HEAD)
git merge -q --squash origin/feature
git commit -q -m "As if it were mine"
expect_asked squash
git checkout -q origin/feature -- Dockerfile
git commit -q -m "As if it were mine"
expect_asked checkout
git cherry-pick origin/feature
expect_asked cherry-pick
git merge -q origin/feature
expect_asked fast-forward
commit other x "Mine"
git merge -q --no-edit origin/feature
expect_asked merge
commit other x "Mine"
git rebase -q origin/feature
expect_asked rebase
git merge -q origin/feature
git commit -q --amend -m "Their work, in my words"
expect_asked amend
git format-patch -q --stdout origin/feature~..origin/feature >"$T/patch"
git am -q <"$T/patch"
expect_asked am
# Not at a tip any more: their next commit makes something else of it.
git switch -q feature
colleague_commits Dockerfile 'FROM gate-demo/busybox:1
ENV COLLEAGUE=gone
WORKDIR /tree
COPY . .' "A third image"
git fetch -q
git cherry-pick -n origin/feature~1
git commit -q -m "As if it were mine"
expect_asked "cherry-pick of an older one"
git checkout -q origin/feature~1 -- Dockerfile
echo more >other
git add other
git commit -q -m "As if it were mine, with more"
expect_asked "checkout of an older one"
git config log.showRoot false
git config log.follow true
git cherry-pick -n origin/feature~1
git commit -q -m "As if it were mine"
expect_asked "cherry-pick with other habits of git log"
# One's own next to theirs is one's own.
echo 'ENV MINE=1' >>Dockerfile
git commit -q -a -m "My own"
expect_exit 0 gate trust --show
expect_text "nothing of HEAD would be asked about"
