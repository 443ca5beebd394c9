#!/bin/sh
# What a test prints comes out harmless on the terminal; the log has it as it was.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
add_suite tests sh -c 'printf "\033]0;title\007\033[2J\rgate: passed\n\342\200\256desrever\n\377\376\n"; exit 1'
git add -A
git commit -q -m "A suite"
expect_exit 1 git push origin HEAD:refs/heads/feature
expect_plain "$out"
expect_no_text "$(printf '\342\200\256')"
expect_text "gate: passed"
expect_exit 1 gate check --branch feature
expect_plain "$out"
