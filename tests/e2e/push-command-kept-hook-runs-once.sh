#!/bin/sh
# What works out the push runs no hook but gate's own: a kept hook runs once, with the push.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
gate uninstall
printf '#!/bin/sh\necho ran >>"%s"\n' "$T/ran" >.git/hooks/pre-push
chmod +x .git/hooks/pre-push
gate install
git switch -q -c feature
expect_exit 0 gate push origin feature
expect_same "runs" ran "$(cat "$T/ran")"
