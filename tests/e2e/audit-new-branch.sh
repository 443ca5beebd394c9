#!/bin/sh
# A protected branch made of another one's commits broke no rule by that; what was smuggled onto it afterwards did.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = ["commit"]
[[branch]]
match = ["rel/*"]
allow = ["create", "merge"]
POLICY
cd "$T/repo"
commit file two "Two"
git push -q origin master
git push -q origin master:refs/heads/rel/1
commit file three "Three"
git push -q origin master
expect_exit 0 gate audit
expect_text "rel/1 at"
(cd "$T/remote.git" && expect_exit 0 gate audit)
git switch -q -c local origin/rel/1
commit file four "Smuggled"
smuggle origin local:rel/1
git push -q origin local:refs/heads/hidden
expect_exit 1 gate audit
expect_text "rel/1 at $(git rev-parse --short=8 HEAD): 1 step judged, 1 against a rule"
