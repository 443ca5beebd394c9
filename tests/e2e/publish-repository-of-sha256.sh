#!/bin/sh
# In a repository that gate can not open, a commit says nothing, and a merge one line.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

git init -q --object-format=sha256 --initial-branch=master "$T/repo"
cd "$T/repo"
commit file one "One"
gate install >/dev/null
expect_exit 0 git commit -q --allow-empty -m "Two"
expect_same "what it said" "" "$(cat "$out")"
git switch -q -c topic
git commit -q --allow-empty -m "Three"
git switch -q master
expect_exit 0 git merge -q topic
expect_same "lines" 1 "$(grep -c . "$out")"
expect_text "gate: nothing is published of what was merged: "
expect_text "SHA-256"
