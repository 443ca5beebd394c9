#!/bin/sh
# The signers of /etc/gate/policy.toml are a file of the machine, whatever the repository holds under that name.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

needs_own_mounts
new_repo
new_signer lead >"$T/machine_signers"
new_signer me >signers
git add signers
git commit -q -m "My own signers"
smuggle origin master
cat >"$T/system.toml" <<POLICY
schema = 1

[[branch]]
match = ["**"]
signed = "all"
allowed_signers = "$T/machine_signers"
POLICY
sign_as me
git commit -q --allow-empty -S -m "By me"
expect_exit 1 with_system_policy "$T/system.toml" git push origin master:refs/heads/feature
expect_text "  signature  refs/heads/feature"
sign_as lead
git commit -q --allow-empty --amend --no-edit -S
expect_exit 0 with_system_policy "$T/system.toml" git push origin master:refs/heads/feature
