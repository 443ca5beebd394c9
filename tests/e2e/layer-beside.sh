#!/bin/sh
# extends: a file beside gate.toml. What both say holds, and the file of the protected side is the one that counts.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

plain_repo
cat >team.toml <<'POLICY'
schema = 1

[[branch]]
match = ["master"]
commits.subject_max = 20
POLICY
cat >gate.toml <<'POLICY'
schema = 1
extends = ["team.toml"]

[[branch]]
match = ["master"]
allow = ["commit"]
commits.subject_max = 30
files.deny = ["*.pem"]
POLICY
git add -A
git commit -q -m "A policy in layers"
git push -q -u origin master
git remote set-head origin master
gate install >/dev/null
commit key.pem key "A subject of 25 characters"
refused subject-length origin master
expect_text "team.toml:5:"
expect_text "  denied-file  refs/heads/master"
start_over
sed -i 's/20/200/' team.toml
git commit -q -a -m "A subject of 25 characters"
refused subject-length origin master
git commit -q --amend -m "Weaker"
let_through origin master
git rm -q team.toml
git commit -q -m "Taken away, but still named"
expect_exit 1 git push origin master
expect_text 'there is no file "team.toml"'
