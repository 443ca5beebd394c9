#!/bin/sh
# allow_override: a layer that lists a key lets those below it loosen that key, and no other.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_policy <<'POLICY'
schema = 1
extends = ["team.toml"]

[[branch]]
match = ["master"]
allow = ["commit"]
commits.subject_max = 30
files.max_size = "10KiB"
POLICY
cat >team.toml <<'POLICY'
schema = 1
allow_override = ["commits.subject_max"]

[[branch]]
match = ["master"]
commits.subject_max = 20
files.max_size = "1KiB"
POLICY
git add -A
git commit -q -m "A policy in layers"
smuggle origin master
commit two two "A subject of 25 character"
let_through origin master
commit three three "A subject of more than thirty characters"
refused subject-length origin master
expect_text "gate.toml:7:"
start_over
head -c 2000 /dev/zero >zeros
git add zeros
git commit -q -m "Zeros"
refused file-size origin master
expect_text "team.toml:7:"
# A lower layer can't admit it on behalf of the one above.
start_over
sed -i '2i allow_override = ["files.max_size"]' gate.toml
git commit -q -a -m "Let me"
smuggle origin master
head -c 2000 /dev/zero >zeros
git add zeros
git commit -q -m "Zeros"
refused file-size origin master
