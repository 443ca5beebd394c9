#!/bin/sh
# A kept hook still has its say: its failure blocks the push, with its own words.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
gate uninstall
printf '#!/bin/sh\necho "mine says no" >&2\nexit 7\n' >.git/hooks/pre-push
chmod +x .git/hooks/pre-push
gate install
commit file two "Two"
expect_exit 1 git push origin HEAD:feature
expect_text "mine says no"
expect_same "feature on the remote" none "$(remote_tip feature)"
judge 7 "refs/heads/x $(oid HEAD) refs/heads/feature $zeros"
