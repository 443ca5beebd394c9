#!/bin/sh
# commits.subject_max counts characters, not bytes, of the subject alone.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
commits.subject_max = 10
RULES
commit two two "12345678901"
refused subject-length origin master
expect_text "has a subject of 11 characters"
git commit -q --amend -m "äöüäöüäöüä

A body, which may be as long as it wants to be."
let_through origin master
