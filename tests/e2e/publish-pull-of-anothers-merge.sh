#!/bin/sh
# A colleague's merge that is pulled is not one's own, whichever way it comes: nothing is published, nothing said, nothing tested.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git clone -q "$T/remote.git" "$T/colleague"
cd "$T/colleague"
gate install >/dev/null
git switch -q staging
git merge -q --no-ff -m "A merge" origin/development
gate push -q origin staging
expect_same "tags" "$(printf '%s\n' "$(oid HEAD)" staging | sort)" "$(registry_tags app | sort)"
stop_registry TERM # nobody is to ask it
cd "$T/repo"
runs=$(runs_of)
before=$(oid origin/staging)
for way in "pull --ff-only" "pull --rebase" "pull --no-rebase" "pull --rebase=merges"; do
    git switch -q -C staging "$before"
    git branch -q --set-upstream-to origin/staging
    git update-ref refs/remotes/origin/staging "$before"
    # shellcheck disable=SC2086 # words
    expect_exit 0 git $way
    expect_same "HEAD" "$(remote_tip staging)" "$(oid HEAD)"
    expect_no_text "gate: "
done
git reset -q --hard "$before"
git fetch -q
expect_exit 0 git merge origin/staging
expect_no_text "gate: "
# With something local on top, each is picked again.
git reset -q --hard "$before"
commit mine mine "Mine"
expect_exit 0 git pull --rebase
expect_no_text "gate: "
[ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
expect_runs "$runs"
