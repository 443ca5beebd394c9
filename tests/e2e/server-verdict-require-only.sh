#!/bin/sh
# A branch for which a block does no more than name suites needs verdicts of them on the server, by the suites that the server has; gate audit asks the same.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "$support/lib-server.sh"
# shellcheck source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_repo_with_suite
cat >>gate.toml <<'BLOCK'

[[branch]]
match = ["release"]
require = ["tests"]
BLOCK
verdict_table false >>gate.toml
know_signers
smuggle origin HEAD:refs/heads/release
install_on_server
sign_as alice
git switch -q -c release
commit file changed "A change"
before=$(remote_tip release)
expect_exit 1 git push --no-verify origin release
expect_text "no verdict that holds for suite \"tests\""
expect_same "release of the remote" "$before" "$(remote_tip release)"
# Where no block names suites, nothing is asked.
expect_exit 0 git push -q --no-verify origin release:refs/heads/topic

expect_exit 0 gate check --branch release
expect_exit 0 gate verdict push origin
expect_exit 0 git push -q --no-verify origin release
expect_same "release of the remote" "$(oid release)" "$(remote_tip release)"

commit file again "Past gate"
git --git-dir "$T/remote.git" fetch -q "$T/repo" release:release
git fetch -q origin
expect_exit 1 gate audit "$before..release"
expect_text "verdict  $(git rev-parse --short=8 release)"
