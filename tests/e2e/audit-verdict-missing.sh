#!/bin/sh
# gate audit names what stands on a protected branch without the verdicts that its policy asked for, in a clone and on the server.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "$support/lib-server.sh"
# shellcheck source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_repo_with_verdicts
sign_as alice
git switch -q -c feature
commit file changed "A change"
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
expect_exit 0 gate check
expect_runs 1
smuggle origin master
since=$(oid master^)
expect_exit 1 gate audit "$since..master"
expect_text "verdict  $(git rev-parse --short=8 master) \"Merge feature\""
expect_text "no verdict that holds for suite \"tests\""
expect_text "gate verdict fetch origin"
expect_plain "$out"
(cd "$T/remote.git" && expect_exit 1 gate audit "$since..master" && expect_no_text "gate verdict fetch")
[ ! -e "$T/remote.git/gate" ] || fail "an audit wrote something"

expect_exit 0 gate verdict push origin
expect_exit 0 gate audit "$since..master"
(cd "$T/remote.git" && expect_exit 0 gate audit "$since..master")
[ ! -e "$T/remote.git/gate" ] || fail "an audit wrote something"
clone_of bob
expect_exit 1 gate audit "$since..master"
expect_text "gate verdict fetch origin"
expect_exit 0 gate verdict fetch
expect_exit 0 gate audit "$since..master"
expect_no_text "gate verdict fetch"
expect_exit 0 gate audit "$since..master" --format json
expect_text '"untold": 0'
