#!/bin/sh
# The hooks need nothing of the user's shell: they work from an empty environment with a minimal PATH.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
commit file two "Two"
expect_exit 1 env -i PATH=/usr/bin:/bin git push origin master
expect_text direct-push
expect_exit 0 env -i PATH=/usr/bin:/bin git push origin HEAD:feature
