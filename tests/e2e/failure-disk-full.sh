#!/bin/sh
# A full disk: one plain sentence, exit code 3, nothing pushed, nothing left.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

unshare -m true 2>/dev/null || skip "mounts can't be made here"
new_repo_with_suite
git switch -q -c feature
head -c 3000000 /dev/urandom >big
git add big
git commit -q -m "More than fits"
mkdir .git/gate
line="refs/heads/feature $(oid HEAD) refs/heads/feature $zeros"
echo "$line" >"$T/lines"
cat >"$T/full" <<'SCRIPT'
mount -t tmpfs -o size=1m none .git/gate || exit 77
git push origin feature
echo "push: $?"
gate hook pre-push .git/hooks/pre-push origin x <"$1"
echo "hook: $?"
find .git/gate/tmp -mindepth 1 | sed 's/^/left: /'
find .git/gate -name '*.json' | sed 's/^/left: /'
SCRIPT
expect_exit 0 unshare -m sh "$T/full" "$T/lines"
expect_text "push: 1"
expect_text "hook: 3"
expect_text "No space left on device"
expect_no_text "left: "
expect_same "feature on the remote" none "$(remote_tip feature)"
