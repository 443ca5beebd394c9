#!/bin/sh
# A pattern that is none, and a file pattern that is none, are errors of the policy with their place.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo
printf '\n[[branch]]\nmatch = ["x"]\ncommits.message = "("\nfiles.deny = ["a/../b"]\nfiles.max_size = "5 apples"\n' >>gate.toml
git commit -q -a -m "Wrong"
expect_exit 1 git push origin HEAD:feature
expect_text "gate.toml:15:"
expect_text "gate.toml:16:"
expect_text "gate.toml:17:"
expect_exit 2 gate policy lint
