#!/bin/sh
# gate push signs with GATE_SIGNING_KEY, and neither git nor its hooks are told where that key lies.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-land.sh
. "$support/lib-land.sh"

new_pem_signer ci
new_repo_with_verdicts
git switch -q -c feature
commit file changed "A change"
watch_key
expect_exit 0 env GATE_SIGNING_KEY="$T/keys/ci.pem" gate push origin feature
expect_text "1 verdict sent to origin"
expect_same "feature on the remote" "$(oid feature)" "$(remote_tip feature)"
expect_nobody_told
