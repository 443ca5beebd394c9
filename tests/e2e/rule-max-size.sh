#!/bin/sh
# files.max_size: the limit itself is admitted, a byte more is not, nor is it when a later commit takes it away.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
files.max_size = "2KiB"
RULES
head -c 2048 /dev/zero >exactly
git add exactly
git commit -q -m "As large as it may be"
let_through origin master
head -c 2049 /dev/zero >larger
git add larger
git commit -q -m "Larger"
refused file-size origin master
expect_text "larger (2049 bytes, in "
expect_text "is over 2 KiB"
git rm -q larger
git commit -q -m "Gone again"
refused file-size origin master
start_over
commit two two "Two"
let_through origin master
