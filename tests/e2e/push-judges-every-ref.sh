#!/bin/sh
# Every pushed ref is judged: a harmless one beside it does not carry master past the hook.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git branch harmless
commit file two "Two"
before=$(remote_tip master)
expect_exit 1 git push origin harmless master
expect_text "direct-push  refs/heads/master"
expect_same "master on the remote" "$before" "$(remote_tip master)"
expect_same "harmless on the remote" none "$(remote_tip harmless)"
expect_exit 1 git push --all origin
expect_exit 0 git push origin harmless
