#!/bin/sh
# freeze: nothing moves from one moment on and before another; neither earlier nor later, and not elsewhere.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

at() { # seconds from now
    date -u -d "@$(($(date +%s) + $1))" +%Y-%m-%dT%H:%M:%SZ
}
new_repo_with_policy <<POLICY
schema = 1

[[branch]]
match = ["now"]
freeze = [{ from = $(at -3600), until = $(at 3600), reason = "the holidays" }]

[[branch]]
match = ["past"]
freeze = [{ from = $(at -7200), until = $(at -3600), reason = "over" }]

[[branch]]
match = ["future"]
freeze = [{ from = $(at 3600), until = $(at 7200), reason = "not yet" }]
POLICY
smuggle origin master:now master:past master:future
commit two two "Two"
refused freeze origin master:now
expect_text "now is frozen until "
expect_text ": the holidays"
refused freeze origin :now
refused freeze --force origin master~2:now
let_through origin master:past master:future master
