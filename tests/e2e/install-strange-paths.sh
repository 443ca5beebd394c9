#!/bin/sh
# Blanks, quotes and dollars in the paths of gate, of the repository and of the remote.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
default_policy >gate.toml
git add gate.toml
git commit -q -m "A policy"
mkdir "$T/it's a \"\$folder\" \\ here"
cd "$T/it's a \"\$folder\" \\ here"
mv "$T/repo" "$T/remote.git" .
own_gate "$PWD/prog"
cd repo
git remote set-url origin "$PWD/../remote.git"
"$PWD/../prog/bin/gate" install
sh -n .git/hooks/pre-push
expect_exit 0 git push -u origin master
commit file two "Two"
expect_exit 1 git push origin master
expect_text direct-push
rm -r ../prog
expect_exit 1 git push origin HEAD:feature
expect_text "is gone"
