#!/bin/sh
# When gate has been removed, a push is blocked, and the one command that mends it is named.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
gate uninstall
own_gate "$T/prog"
"$T/prog/bin/gate" install
rm -r "$T/prog"
git switch -q -c feature
expect_exit 1 git push origin feature
expect_text "$T/prog/bin/gate is gone"
expect_text "gate install"
expect_same "feature on the remote" none "$(remote_tip feature)"
expect_exit 0 gate install
expect_exit 0 git push origin feature
