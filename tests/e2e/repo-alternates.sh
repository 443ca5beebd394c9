#!/bin/sh
# Objects that are borrowed from another repository are here.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git clone -q --shared "$T/remote.git" "$T/borrower"
cd "$T/borrower"
gate install
commit file two "Two"
expect_exit 1 git push origin master
expect_text direct-push
expect_exit 0 git push origin HEAD:feature
