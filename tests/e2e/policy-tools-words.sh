#!/bin/sh
# gate policy: what it can do, and the near miss of a word.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

expect_exit 2 gate policy
expect_text "usage: gate policy SUBCOMMAND"
expect_exit 0 gate policy --help
expect_exit 2 gate policy lnit
expect_text "did you mean: gate policy lint"
for word in lint show explain diff test schema update fetch; do
    expect_exit 0 gate policy $word --help
    expect_text "Usage: gate policy $word"
    expect_exit 2 gate policy $word --no-such-flag
done
new_repo
expect_exit 2 gate policy update
expect_text "gate.toml pins no policy of another repository"
expect_exit 0 gate policy fetch
expect_text "nothing is pinned"
