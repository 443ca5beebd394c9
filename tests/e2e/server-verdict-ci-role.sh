#!/bin/sh
# Where a ci signer is configured, a server takes ci's word only; and says where to get it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "$support/lib-server.sh"
# shellcheck source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_pem_signer ci
new_repo_with_verdicts
install_on_server
sign_as alice
git switch -q -c feature
commit file changed "A change"
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
expect_exit 0 gate check
expect_exit 0 gate verdict push origin
expect_exit 1 git push --no-verify origin master
expect_text "the one by alice@example.com"
expect_text "push the branch to where CI tests it, and push here once its verdict is there"
expect_exit 0 git push -q --no-verify origin master:refs/heads/candidate

clone_of runner
git switch -q candidate
git config --unset user.signingKey || :
expect_exit 0 env CI=true GATE_SIGNING_KEY="$T/keys/ci.pem" gate check --branch candidate
expect_runs 1
cd "$T/repo"
# The pusher's environment is the server's here: a key in it that makes no sense is in nobody's way.
expect_exit 0 env GATE_SIGNING_KEY=fd:none git push -q --no-verify origin master
expect_same "master of the remote" "$(oid master)" "$(remote_tip master)"
