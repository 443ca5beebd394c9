#!/bin/sh
# A push that only deletes has no quarantine, and is judged all the same.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_server
git push -q --no-verify origin master:refs/heads/feature
expect_exit 1 git push --no-verify origin :master
expect_text deletion
expect_exit 0 git push --no-verify origin :feature
expect_same "feature" none "$(remote_tip feature)"
# Whoever deletes may say any old value: git takes one that it does not know.
receive 1 pre-receive "1234567890123456789012345678901234567890 $zeros refs/heads/master"
expect_text deletion
receive 1 pre-receive "$zeros $zeros refs/heads/master"
expect_text deletion
