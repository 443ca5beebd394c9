#!/bin/sh
# Where the policy has [verdicts], a protected branch moves only to what somebody who is listed has signed for; the server runs nothing, and
# says nothing when all is well.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "$support/lib-server.sh"
# shellcheck source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_repo_with_verdicts
install_on_server
sign_as alice
git switch -q -c feature
commit file changed "A change"
expect_exit 0 git push --no-verify origin feature
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
before=$(remote_tip master)
expect_exit 1 git push --no-verify origin master
expect_text "verdict  refs/heads/master"
expect_text "no verdict that holds for suite \"tests\" on $(git rev-parse --short=8 master) (tree $(git rev-parse --short=8 'master^{tree}'))"
expect_text "gate verdict push origin"
expect_plain "$out"
expect_same "master of the remote" "$before" "$(remote_tip master)"
[ ! -e "$T/remote.git/gate" ] || fail "the push that was refused left something of gate's"

expect_exit 0 gate check
expect_runs 1
expect_exit 0 gate verdict push origin
expect_exit 0 git push -q --no-verify origin master
[ ! -s "$out" ] || fail "it said something"
expect_same "master of the remote" "$(oid HEAD)" "$(remote_tip master)"
expect_same "verified, and kept" 1 "$(find "$T/remote.git/gate/verdicts" -name '*.vouched' | wc -l)"

# The same tree needs no notes again.
git --git-dir "$T/remote.git" update-ref -d "$(verdict_refs)"
git switch -q -c more HEAD^
git commit -q --allow-empty -m "Nothing"
git switch -q master
git merge -q --no-ff -m "The same tree" more
expect_exit 0 git push -q --no-verify origin master
expect_runs 1

# By gate push all of it is one command.
git switch -q -c another
commit file again "Again"
git switch -q master
git merge -q --no-ff -m "Merge another" another
expect_exit 0 gate push -q origin master
expect_same "master of the remote" "$(oid HEAD)" "$(remote_tip master)"
