#!/bin/sh
# A policy of the machine that can not be used lets nothing through, and what mends it is not looked for in the repository.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

needs_own_mounts
new_repo
commit two two "Two"
echo 'schema = "one"' >"$T/system.toml"
expect_exit 1 with_system_policy "$T/system.toml" git push origin master:feature
expect_text "/etc/gate/policy.toml:1:10:"
expect_no_text "mend gate.toml"
printf 'schema = 1\nextends = ["team.toml"]\n' >"$T/system.toml"
expect_exit 1 with_system_policy "$T/system.toml" git push origin master:feature
expect_text "/etc/gate/policy.toml:2:"
expect_no_text "mend gate.toml"
expect_exit 1 with_system_policy /dev/null git push origin master:feature
expect_text "/etc/gate/policy.toml"
expect_same "feature on the remote" none "$(remote_tip feature)"
let_through origin master:refs/heads/feature
