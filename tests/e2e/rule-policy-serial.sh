#!/bin/sh
# serial never goes down nor away; it may stay, and go up.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_policy <<'POLICY'
schema = 1
serial = 7

[[branch]]
match = ["master"]
allow = ["commit"]
POLICY
set_serial() { # line message
    sed -i "2s/.*/$1/" gate.toml
    git commit -q -a -m "$2"
}
set_serial "serial = 6" "Back"
refused policy-serial origin master
expect_text "serial would go from 7 back to 6"
start_over
set_serial "" "Away"
refused policy-serial origin master
expect_text "would lose its serial, which is 7"
start_over
set_serial "serial = 7   # still" "The same"
let_through origin master
set_serial "serial = 9" "Up"
let_through origin master
# By way of a higher one, too: the end counts.
set_serial "serial = 10" "Up"
set_serial "serial = 8" "And down"
refused policy-serial origin master
