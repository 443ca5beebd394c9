#!/bin/sh
# A compose file that can't be read gives one sentence, and no gate.toml.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
for text in 'services: [' '&a [*a]' 'services: 3' '- a' ''; do
    printf '%s\n' "$text" >compose.yaml
    status=0
    gate init >"$out" 2>&1 || status=$?
    cat "$out"
    [ "$status" -lt 4 ] || fail "ended with $status"
    expect_plain "$out"
    [ "$status" -eq 0 ] || [ ! -e gate.toml ] || fail "left a gate.toml"
    rm -f gate.toml
done
