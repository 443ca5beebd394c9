#!/bin/sh
# /etc/gate/policy.toml stands above all: what it says holds in every repository, loosened only where it says so.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

needs_own_mounts
new_repo_with_rules <<'RULES'
commits.subject_max = 30
files.deny = []
RULES
cat >"$T/system.toml" <<'POLICY'
schema = 1
allow_override = ["commits.subject_max"]

[[branch]]
match = ["**"]
commits.subject_max = 20
files.deny = ["*.pem"]
POLICY
expect_exit 0 with_system_policy "$T/system.toml" git push origin master
commit two two "A subject of 25 character"
expect_exit 0 with_system_policy "$T/system.toml" git push origin master
commit three three "A subject of 25 character"
expect_exit 1 with_system_policy "$T/system.toml" git push origin master:refs/heads/other
expect_text "  subject-length  refs/heads/other"
commit key.pem key "A key"
expect_exit 1 with_system_policy "$T/system.toml" git push origin master
expect_text "  denied-file  refs/heads/master"
expect_text "/etc/gate/policy.toml:7:"
expect_exit 0 with_system_policy "$T/system.toml" gate policy show
expect_text "/etc/gate/policy.toml"
git reset -q --hard HEAD~2
commit four four "Four"
let_through origin master
