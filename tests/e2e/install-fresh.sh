#!/bin/sh
# On a fresh repository, the three hooks are written: executable, short, with gate's own absolute path.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
expect_exit 0 gate install
expect_text "$T/repo/.git/hooks"
expect_same "what is in the folder" "post-commit post-merge pre-push" "$(cd .git/hooks && echo *)"
for hook in pre-push post-merge post-commit; do
    [ -x ".git/hooks/$hook" ] || fail "$hook can't be run"
    [ "$(wc -l <".git/hooks/$hook")" -le 12 ] || fail "$hook is longer than twelve lines"
    expect_text "gate='$(readlink -f "$GATE")'" ".git/hooks/$hook"
    sh -n ".git/hooks/$hook"
done
expect_exit 0 gate status
expect_text "in place"
