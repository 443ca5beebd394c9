#!/bin/sh
# extends: gate:staging-release is part of gate.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_policy <<'POLICY'
schema = 1
extends = ["gate:staging-release"]
POLICY
smuggle origin master:development master:staging
commit two two "Two"
refused direct-push origin master
expect_text "gate:staging-release:"
refused direct-push origin master:staging
let_through origin master:development
let_through origin master:staging
sed -i 's/staging-release/staging-relaese/' gate.toml
git commit -q -a -m "A slip"
expect_exit 1 git push origin master:feature
expect_text 'no ready-made policy "staging-relaese"'
