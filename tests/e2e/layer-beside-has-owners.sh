#!/bin/sh
# A file that the policy extends is part of it: a change takes the signature of an owner.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_signer lead >"$T/signers"
new_repo_with_policy <<'POLICY'
schema = 1
extends = ["team.toml"]

[policy]
owners = ["lead@example.org"]
allowed_signers = "signers"

[[branch]]
match = ["master"]
allow = ["commit"]
POLICY
cp "$T/signers" signers
printf 'schema = 1\nextends = ["more.toml"]\n' >team.toml
printf 'schema = 1\n[[branch]]\nmatch = ["master"]\nfiles.deny = ["*.pem"]\n' >more.toml
git add -A
git commit -q -m "All of it"
smuggle origin master
sign_as lead
for file in team.toml more.toml; do
    echo "# a remark" >>$file
    git commit -q -a -m "A remark in $file"
    refused policy-owner origin master
    git commit -q --amend --no-edit -S
    let_through origin master
done
