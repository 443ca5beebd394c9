#!/bin/sh
# commits.message: a pattern that takes too many steps ends, in time, and lets nothing through.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
commits.message = '^(a+)+$'
RULES
commit two two "$(printf '%0500d!' 0 | tr 0 a)"
refused_in_time() {
    expect_exit 1 timeout 30 git push origin master
    expect_text "  message  refs/heads/master"
}
refused_in_time
expect_text "could not be decided"
expect_text "takes too many steps"
git commit -q --amend -m "aaaa"
let_through origin master
