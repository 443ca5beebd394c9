#!/bin/sh
# A policy for a newer gate says "upgrade", and nothing about keys that an older gate can't know.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
printf 'schema = 1\nrequires = ">=99.1"\nfuture = "key"\n' >gate.toml
git commit -q -a -m "For a newer gate"
judge 2 "x $(oid HEAD) refs/heads/feature $zeros"
expect_text "gate.toml:2:12: this policy needs gate 99.1 or newer"
expect_text "upgrade gate"
expect_no_text future
printf 'schema = 2\nfuture = "key"\n' >gate.toml
git commit -q -a -m "Of another schema"
judge 2 "x $(oid HEAD) refs/heads/feature $zeros"
expect_text "gate.toml:1:10: schema 2 is newer"
expect_no_text future
