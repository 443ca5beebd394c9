#!/bin/sh
# With standard output and error closed, the judgement is the same, and nothing is printed into a file of gate's own.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
commit file two "Two"
line="refs/heads/master $(oid HEAD) refs/heads/master $(oid HEAD~1)"
status=0
echo "$line" | gate hook pre-push .git/hooks/pre-push origin "$T/remote.git" 1>&- 2>&- || status=$?
expect_same "exit code" 1 "$status"
status=0
echo "refs/heads/f $(oid HEAD) refs/heads/f $zeros" | gate hook pre-push .git/hooks/pre-push origin "$T/remote.git" 1>&- 2>&- || status=$?
expect_same "exit code" 0 "$status"
git fsck --strict
