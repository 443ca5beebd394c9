#!/bin/sh
# What the user typed as the source is text: blanks in it do not shift the other columns.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
commit file two "Two"
judge 1 "master@{1 second ago} $(oid HEAD) refs/heads/master $(oid HEAD~1)"
expect_text direct-push
judge 0 "refs/heads/a b $(oid HEAD) refs/heads/a $zeros"
