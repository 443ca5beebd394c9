#!/bin/sh
# Where no terminal is, and with NO_COLOR on one, there are no escape sequences.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
expect_exit 0 gate check
expect_plain "$out"
commit verdict bad "Bad"
expect_exit 1 git push origin feature
expect_plain "$out"
expect_exit 0 gate status
expect_plain "$out"
commit gate.toml nonsense "Nonsense"
expect_exit 2 gate check
expect_plain "$out"
command -v script >/dev/null || exit 0
git reset -q --hard HEAD~1
terminal() { script -qec "$*" "$T/typescript" </dev/null >/dev/null || :; }
escape=$(printf '\033')
terminal NO_COLOR=1 gate check
expect_text "suite tests failed" "$T/typescript"
expect_no_text "${escape}[3" "$T/typescript"
terminal TERM=dumb gate check
expect_no_text "$escape" "$T/typescript"
terminal gate check
expect_text "${escape}[3" "$T/typescript"
