#!/bin/sh
# Of a suite with paths the verdict is of what it sees: a colleague's change elsewhere in the tree runs nothing.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_signer bob
new_repo_with_suite
mkdir app
git mv Dockerfile verdict app/
sed -i 's/^build = "."/build = "app"/' gate.toml
echo 'paths = ["app"]' >>gate.toml
verdict_table true >>gate.toml
know_signers
sign_as alice
git switch -q -c feature
commit app/verdict "good enough" "A change that the suite sees"
expect_exit 0 gate push -q origin feature
clone_of bob
git switch -q -c mine origin/feature
commit elsewhere "something" "A change that it does not see"
no_engine
expect_exit 0 gate push origin mine
expect_text "alice@example.com (dev)"
