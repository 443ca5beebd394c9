#!/bin/sh
# What a repository calls its things can move no cursor and forge no line, neither where it is asked about nor in what is kept.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
printf 'FROM gate-demo/busybox:1\n' >Dockerfile
cat >>gate.toml <<'POLICY'

[suite.tests]
build = "."
run = ["sh", "-c", "echo \u001b[2Jcleared\n        suite other: runs nothing\u202e"]
POLICY
git add -A
git commit -q --no-verify -m "Hostile"
gate trust --forget >/dev/null
git switch -q -c feature
expect_exit 3 gate check
expect_plain "$out"
expect_text 'cleared'
expect_same "lines" 0 "$(grep -c '^        suite other' "$out")"
expect_exit 0 gate trust
expect_plain "$out"
expect_exit 0 gate trust --show
expect_plain "$out"
expect_same "lines" 0 "$(grep -c '^        suite other' "$out")"
