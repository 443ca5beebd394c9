#!/bin/sh
# A test command that can't be guessed stands as a comment: a made-up one would pass for a test.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
echo "FROM gate-demo/busybox:1" >Dockerfile
git add -A
git commit -q -m "A project"
expect_exit 0 gate init
expect_text '# [suite.' gate.toml
! grep -q '^\[suite' gate.toml || fail "a suite was made up"
git add gate.toml
git commit -q -m "A policy"
no_engine
expect_exit 0 gate check --branch feature
