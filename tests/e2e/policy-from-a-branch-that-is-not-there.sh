#!/bin/sh
# `from` names a branch that the remote does not have: a merge is refused, and gate says that the branch is not there.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["staging"]
allow = ["merge", "fast-forward"]
from = ["develpoment"]
POLICY
smuggle origin master:staging
git switch -q -c feature
commit file two "Two"
git switch -q -c staging origin/staging
git merge -q --no-ff -m "Merge feature" feature
expect_exit 1 git push origin staging
expect_text "gate.toml:5:"
grep -Eq 'origin has no (branch )?"?develpoment|there is no (branch )?"?develpoment|develpoment"? (is not|does not)' "$out" || fail "does not say that develpoment is not there"
