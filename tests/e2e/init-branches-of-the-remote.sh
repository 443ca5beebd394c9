#!/bin/sh
# The branches that the remote has shape the policy: staging from development, main instead of master.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
git branch -m main
smuggle origin main main:development main:staging
git remote set-head origin main
expect_exit 0 gate init
expect_text 'match = ["main"]' gate.toml
grep -q '^from *= \["development"\]' gate.toml || fail "staging has no block"
git add gate.toml
git commit -q -m "A policy"
smuggle origin main
commit file two "Two"
expect_exit 1 gate check --branch main
