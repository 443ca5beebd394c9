#!/bin/sh
# A shallow clone can't tell what arrived: that is no pass, and the fetch that mends it is named.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo
commit file two "Two"
smuggle origin master
git clone -q --depth 1 "file://$T/remote.git" "$T/clone"
cd "$T/clone"
expect_exit 3 gate audit
expect_text "git fetch --unshallow"
git fetch -q --unshallow
expect_exit 1 gate audit
