#!/bin/sh
# Every command says what it does and ends with 0; a slip gets a suggestion; nothing at all gets the help.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

expect_exit 0 gate --help
for command in init install check push status uninstall; do
    expect_text "  $command " "$out"
done
expect_no_text "  hook "
for command in init install check push status uninstall; do
    expect_exit 0 gate "$command" --help
    expect_text "gate $command"
    expect_plain "$out"
done
expect_exit 0 gate --version
expect_text "gate 0."
expect_exit 2 gate
expect_text "usage: gate"
expect_exit 2 gate chekc
expect_text "gate check"
expect_exit 2 gate utterly-else
expect_text "gate --help"
expect_exit 2 gate install --frce
expect_exit 2 gate status surplus
# The row of a command that has subcommands names all of them.
gate policy --help >"$T/help"
gate --help >"$T/rows"
for word in $(sed -n 's/^  \([a-z]\{1,\}\)  .*/\1/p' "$T/help"); do
    grep "^  policy " "$T/rows" | grep -q "[ :]$word\(,\|\$\)" || fail "the row of policy does not name $word"
done
