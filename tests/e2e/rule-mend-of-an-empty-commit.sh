#!/bin/sh
# The command that mends a commit mends one that changes no file, too.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
commits.sign_off = true
RULES
git commit -q --allow-empty -m "For the build alone"
refused sign-off origin master
mend=$(sed -n 's/^ *mend  \(git .*\)$/\1/p' "$out")
expect_exit 0 sh -c "$mend"
let_through origin master
