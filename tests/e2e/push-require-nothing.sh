#!/bin/sh
# require = [] runs nothing for these branches; the others still have to pass.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
cat >>gate.toml <<'POLICY'

[[branch]]
match = ["docs/*"]
require = []
POLICY
git commit -q -a -m "Documentation needs no tests"
smuggle origin master
commit page text "A page"
no_engine
expect_exit 0 git push origin HEAD:docs/page
expect_exit 1 git push origin HEAD:feature
expect_runs 0
