#!/bin/sh
# A pushed commit whose own policy can't be read is not let through, wherever it goes.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
echo 'match = "no block"' >>gate.toml
git commit -q -a -m "Broken"
expect_exit 1 git push origin feature
expect_text "gate.toml:12:"
judge 2 "refs/heads/feature $(oid HEAD) refs/heads/feature $zeros"
expect_same "feature on the remote" none "$(remote_tip feature)"
