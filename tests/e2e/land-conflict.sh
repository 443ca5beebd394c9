#!/bin/sh
# What can't be merged without conflicts is not landed: gate land names the files and the commands, and these are true.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
commit file ours "Ours"
commit fine fine "No conflict"
git switch -q master
colleague_commits file theirs "Theirs"
before=$(remote_tip master)
git switch -q feature
expect_exit 1 gate land feature
expect_text "land refused: feature can't be merged into master of origin without conflicts"
expect_same "files" "      file" "$(grep '^      [^m]' "$out")"
expect_text "mend: git switch feature && git merge origin/master, resolve, git commit; then gate land feature"
expect_same "master on the remote" "$before" "$(remote_tip master)"
expect_runs 0
expect_same "the work tree" "" "$(git status --porcelain)"
expect_exit 1 git merge -q origin/master
printf 'both\n' >file
git add file
git commit -q -m "Both"
expect_exit 0 gate land feature
expect_same "file on the remote's master" both "$(git --git-dir "$T/remote.git" cat-file blob master:file)"
