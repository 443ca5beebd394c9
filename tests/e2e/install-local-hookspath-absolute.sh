#!/bin/sh
# An absolute core.hooksPath of this repository alone is used as well; hooks in it are kept.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
gate uninstall
mkdir "$T/my hooks"
printf '#!/bin/sh\necho "mine ran"\n' >"$T/my hooks/pre-push"
chmod +x "$T/my hooks/pre-push"
git config core.hooksPath "$T/my hooks"
expect_exit 0 gate install
expect_exit 0 git push origin HEAD:feature
expect_text "mine ran"
commit file two "Two"
expect_exit 1 git push origin master
expect_text direct-push
