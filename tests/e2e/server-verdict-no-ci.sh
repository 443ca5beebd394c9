#!/bin/sh
# Where the policy names ci, and nobody has such a key (any more), a server does not fall back to developers' word.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "$support/lib-server.sh"
# shellcheck source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_repo_with_suite
cat >>gate.toml <<'TABLE'

[verdicts]
allowed_signers = ".gate/allowed_signers"
ci = ["ci@example.com"]
dev = ["*@example.com"]
TABLE
know_signers
install_on_server
sign_as alice
git switch -q -c feature
commit file changed "A change"
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
before=$(remote_tip master)
expect_exit 0 gate check
expect_exit 0 gate verdict push origin
expect_exit 1 git push --no-verify origin master
expect_text "the one by alice@example.com: it is by a dev signer, and one by a ci signer is asked for"
expect_same "master of the remote" "$before" "$(remote_tip master)"
