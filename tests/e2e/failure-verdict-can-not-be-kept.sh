#!/bin/sh
# When the verdict of a passed run can't be stored, the push is not let through, and gate says why.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

unshare -m true 2>/dev/null || skip "mounts can't be made here"
new_repo_with_suite
git switch -q -c feature
mkdir -p .git/gate/verdicts
cat >"$T/read-only" <<'SCRIPT'
mount -t tmpfs -o ro none .git/gate/verdicts || exit 77
git push origin feature
echo "push: $?"
SCRIPT
expect_exit 0 unshare -m sh "$T/read-only"
expect_text "push: 1"
expect_text "Read-only file system"
expect_same "feature on the remote" none "$(remote_tip feature)"
expect_nothing_left
