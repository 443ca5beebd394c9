#!/bin/sh
# A merge from another branch than `from` names is refused, whatever its message says.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
smuggle origin master:development master:staging
git switch -q -c feature
commit file two "Two"
git switch -q -c staging origin/staging
git merge -q --no-ff -m "Merge branch 'development' into staging" feature
expect_exit 1 git push origin staging
expect_text "merge-source  refs/heads/staging"
expect_text "gate.toml:11:"
expect_same "staging on the remote" "$(remote_tip master)" "$(remote_tip staging)"
