#!/bin/sh
# An update that is itself refused is no source for the others of the push.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["development"]
allow = ["merge"]
[[branch]]
match = ["staging"]
allow = ["merge", "fast-forward"]
from = ["development"]
POLICY
smuggle origin master:development master:staging
git switch -q -c development
commit file two "Two"
git branch staging
expect_exit 1 git push origin development staging
expect_text "direct-push  refs/heads/development"
expect_text "  refs/heads/staging"
