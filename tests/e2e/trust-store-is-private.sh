#!/bin/sh
# What is trusted lies outside of the repository, readable by its owner alone; a link or a file that others may write is not believed.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
store=$HOME/.local/state/gate/trust
file=$(find "$store" -type f)
expect_same "files" 1 "$(echo "$file" | wc -l)"
expect_same "its name" "$(printf %s "$T/repo/.git" | sha256sum | cut -d' ' -f1)" "${file##*/}"
expect_same "modes" "700 600" "$(stat -c %a "$store") $(stat -c %a "$file")"
chmod 666 "$file"
expect_exit 3 gate check
expect_text "others may write it"
chmod 600 "$file"
mv "$file" "$T/elsewhere"
ln -s "$T/elsewhere" "$file"
expect_exit 3 gate check
expect_text "$file"
expect_runs 0
rm "$file"
XDG_STATE_HOME=$T/state
export XDG_STATE_HOME
gate trust >/dev/null
expect_exit 0 gate check
[ -f "$T/state/gate/trust/${file##*/}" ] || fail "XDG_STATE_HOME was not looked at"
