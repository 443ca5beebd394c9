#!/bin/sh
# A repository with SHA-256 can't be opened yet: a plain sentence, and nothing is let through.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

git init -q --bare --object-format=sha256 "$T/remote.git"
git init -q --object-format=sha256 --initial-branch=master "$T/repo"
cd "$T/repo"
git remote add origin "$T/remote.git"
commit file one "One"
expect_exit 0 gate install
expect_exit 1 git push origin master
expect_text "SHA-256"
expect_same "master on the remote" none "$(remote_tip master)"
judge 3 "refs/heads/a $(oid HEAD) refs/heads/a $zeros$(printf '%024d' 0)"
expect_same "lines that say something" 2 "$(grep -c . "$out")"
