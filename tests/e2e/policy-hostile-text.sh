#!/bin/sh
# Policies come from whoever pushes: what can make a TOML parser fall over is refused with a sentence.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
i=0
while [ $i -lt 6 ]; do
    i=$((i + 1))
    case $i in
    1) head -c 100000 /dev/zero | tr '\0' '#' >gate.toml ;;
    2) printf 'schema = 1\n\000\n' >gate.toml ;;
    3) printf 'schema = 1\n# \377\376\n' >gate.toml ;;
    4) { echo 'schema = 1' && head -c 20000 /dev/zero | tr '\0' '[' && echo; } >gate.toml ;;
    5) { echo 'schema = 1' && printf 'a.%.0s' $(seq 5000) && echo 'b = 1'; } >gate.toml ;;
    6) printf 'schema = 1\n"\\uD800" = 1\nx = 99999999999999999999\n' >gate.toml ;;
    esac
    git commit -q -a -m "Hostile $i"
    judge 2 "x $(oid HEAD) refs/heads/feature $zeros"
    expect_text "gate.toml"
    expect_plain "$out"
done
: >gate.toml
git commit -q -a -m "Empty"
judge 2 "x $(oid HEAD) refs/heads/feature $zeros"
expect_text '"schema" is missing'
