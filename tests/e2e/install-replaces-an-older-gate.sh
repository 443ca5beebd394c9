#!/bin/sh
# The hooks of a gate that was somewhere else are written anew; they are not taken for somebody's own.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
own_gate "$T/old"
"$T/old/bin/gate" install
rm -r "$T/old"
expect_exit 0 gate install
expect_same "what is in the folder" "post-commit post-merge pre-push" "$(cd .git/hooks && echo *)"
expect_text "gate='$(readlink -f "$GATE")'" .git/hooks/pre-push
