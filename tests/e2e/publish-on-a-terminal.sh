#!/bin/sh
# On a terminal what gate says of a publication bears colours, unless NO_COLOR is set; the words are the same.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
esc=$(printf '\033')
new_repo_with_publishing
commit file more "More"
git push -q origin development
git switch -q staging
git merge -q development
on_terminal() { # command
    expect_exit 0 script -qec "$1" /dev/null
}
on_terminal "gate publish"
expect_text "published"
expect_text "${esc}["
on_terminal "NO_COLOR=1 gate publish --list"
expect_text "pushed, waits"
expect_no_text "${esc}["
on_terminal "TERM=dumb gate publish --list"
expect_no_text "${esc}["
expect_exit 0 gate publish
expect_plain "$out"
