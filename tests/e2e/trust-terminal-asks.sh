#!/bin/sh
# On a terminal gate asks, showing what is new: "y" goes on and is kept; anything else runs nothing. In a hook, too, whose input is git's.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
gate trust --forget >/dev/null
git switch -q -c feature
on_terminal() { # code answer command
    printf '%s\n' "$2" >"$T/answer"
    expect_exit "$1" script -qec "$3" /dev/null <"$T/answer"
}
on_terminal 3 n "gate check"
expect_text "trust this? [y/N]"
expect_text "suite tests: runs"
expect_runs 0
on_terminal 1 "" "git push origin feature"
expect_text "trust this? [y/N]"
expect_runs 0
on_terminal 0 y "git push origin feature"
expect_text "trust this? [y/N]"
expect_runs 1
commit other x "Other"
on_terminal 0 n "git push origin feature"
expect_no_text "trust this?"
expect_runs 2
