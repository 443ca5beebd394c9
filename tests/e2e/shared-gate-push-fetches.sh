#!/bin/sh
# gate push looks for the verdicts of others by itself where the policy says share, and a hook never asks the network.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_signer bob
new_repo_with_verdicts
sign_as alice
git switch -q -c feature
commit file changed "A change"
expect_exit 0 gate push -q origin feature
clone_of bob
git switch -q -c mine origin/feature
expect_exit 0 git push origin mine
expect_runs 1
rm -r "$(gate_folder)/verdicts" "$(gate_folder)/logs"
no_engine
git commit -q --allow-empty -m "The same tree"
expect_exit 0 gate push origin mine
expect_text "alice@example.com (dev)"
expect_runs 0
