#!/bin/sh
# A repository with SHA-256: a plain sentence, and nothing is let through, whatever its policy says.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

git init -q --bare --object-format=sha256 "$T/remote.git"
git init -q --object-format=sha256 --initial-branch=master "$T/repo"
cd "$T/repo"
git remote add origin "$T/remote.git"
default_policy >gate.toml
git add gate.toml
git commit -q -m "A policy"
expect_exit 0 gate install
expect_exit 1 git push origin master
expect_text "SHA-256"
expect_same "lines of gate's" 2 "$(grep -c -e '^gate: ' -e '^      ' "$out")"
expect_same "master on the remote" none "$(remote_tip master)"
expect_exit 3 gate policy explain master --at HEAD
expect_text "SHA-256"
