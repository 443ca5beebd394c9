#!/bin/sh
# A protected branch never loses its policy. Where it did, past gate, the last one judges, and only what brings one back comes in.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_policy <<'POLICY'
schema = 1
serial = 3

[[branch]]
match = ["master"]
allow = ["commit"]
commits.subject_max = 20
POLICY
git rm -q gate.toml
git commit -q -m "Gone"
refused policy-missing origin master
expect_text "master would be left without gate.toml"
git push -q --no-verify origin master
commit two two "Two"
refused policy-missing origin master
git checkout -q HEAD~2 -- gate.toml
git commit -q -m "A subject of which there is too much"
refused subject-length origin master
sed -i 's/^serial = 3/serial = 2/' gate.toml
git commit -q -a --amend -m "Back, but older"
refused policy-serial origin master
sed -i 's/^serial = 2/serial = 3/' gate.toml
git commit -q -a --amend -m "Back"
let_through origin master
