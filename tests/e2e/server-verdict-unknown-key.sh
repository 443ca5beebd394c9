#!/bin/sh
# Where the server can not know under which name a verdict stands, it says so and refuses.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "$support/lib-server.sh"
# shellcheck source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_repo_with_suite
printf 'env = { TOKEN = "{env:TOKEN}" }\n' >>gate.toml
verdict_table true >>gate.toml
know_signers
install_on_server
sign_as alice
git switch -q -c feature
commit file changed "A change"
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
expect_exit 0 env TOKEN=canary gate check
expect_exit 0 gate verdict push origin
expect_exit 1 git push --no-verify origin master
expect_text "can't be told here: it takes TOKEN of the machine's environment"
expect_exit 1 env TOKEN=elsewhere-7f3 git push --no-verify origin master
expect_text "no verdict that holds"
expect_no_text elsewhere-7f3
expect_exit 0 env TOKEN=canary git push -q --no-verify origin master
