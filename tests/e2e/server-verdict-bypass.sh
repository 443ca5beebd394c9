#!/bin/sh
# A suite that a push may skip needs no verdict; that it was skipped is written down, and an audit finds it there.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "$support/lib-server.sh"
# shellcheck source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = ["merge"]
bypass = ["*"]
[[branch]]
match = ["staging"]
allow = ["merge"]
POLICY
cd "$T/repo"
add_suite
printf 'good\n' >verdict
verdict_table true >>gate.toml
know_signers
smuggle origin master:staging
install_on_server
since=$(oid master)
git switch -q -c feature
commit file changed "A change"
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
expect_exit 1 git push --no-verify origin master
expect_text "no verdict that holds"
expect_exit 0 git push --no-verify -o gate.skip="The site is down" origin master
expect_text "no verdict of suite \"tests\" is asked for by master"
expect_exit 1 git push --no-verify -o gate.skip="The site is down" origin master:staging
expect_text "no verdict that holds"
cd "$T/remote.git"
expect_exit 0 gate audit "$since..master"
expect_text "bypassed verdict"
expect_text "The site is down"
cd "$T/repo"
expect_exit 1 gate audit "$since..master"
