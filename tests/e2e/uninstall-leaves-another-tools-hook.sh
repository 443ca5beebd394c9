#!/bin/sh
# When another tool has put its hook in gate's place, uninstall leaves it, and install does not overwrite what it kept.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir -p .git/hooks
printf '#!/bin/sh\n# first\n' >.git/hooks/pre-push
chmod +x .git/hooks/pre-push
gate install
printf '#!/bin/sh\n# another tool\n' >.git/hooks/pre-push
expect_exit 2 gate install
expect_text "pre-push.before-gate"
expect_exit 0 gate uninstall
expect_text "# another tool" .git/hooks/pre-push
expect_text "# first" .git/hooks/pre-push.before-gate
