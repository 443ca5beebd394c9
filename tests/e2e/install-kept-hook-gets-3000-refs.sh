#!/bin/sh
# All of 3000 lines reach a kept hook.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir -p .git/hooks
printf '#!/bin/sh\nwc -l >"%s"\n' "$T/lines" >.git/hooks/pre-push
chmod +x .git/hooks/pre-push
gate install
tip=$(oid HEAD)
seq 3000 | sed "s|.*|create refs/tags/t& $tip|" | git update-ref --stdin
expect_exit 0 git push -q --dry-run --tags origin
expect_same "lines" 3000 "$(cat "$T/lines")"
