#!/bin/sh
# A kept hook that never reads its standard input does no harm, also when that is long: no broken pipe, no hang.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir -p .git/hooks
printf '#!/bin/sh\necho ran >>"%s"\n' "$T/ran" >.git/hooks/pre-push
chmod +x .git/hooks/pre-push
gate install
tip=$(oid HEAD)
i=0
while [ $i -lt 3000 ]; do
    echo "create refs/tags/a-tag-with-a-name-that-is-not-short-$i $tip"
    i=$((i + 1))
done | git update-ref --stdin
expect_exit 0 git push -q --dry-run --tags origin
expect_same "calls" ran "$(cat "$T/ran")"
