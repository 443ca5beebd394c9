#!/bin/sh
# A command that is not in the image is a failed suite that names it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
add_suite tests no-such-program --quick
git add -A
git commit -q -m "A suite"
expect_exit 1 git push origin HEAD:refs/heads/feature
expect_text no-such-program
judge 1 "x $(oid HEAD) refs/heads/feature $zeros"
