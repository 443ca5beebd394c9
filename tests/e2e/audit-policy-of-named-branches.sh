#!/bin/sh
# gate audit looks for changes of the policy where the hooks do: on protected branches, on named ones, and where the policy of new refs is.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo_with_policy <<'POLICY'
schema = 1
serial = 2
[[branch]]
match = ["staging"]
allow = ["merge"]
[[branch]]
match = ["development"]
require = []
[[branch]]
match = ["m*", "wip/*"]
require = []
POLICY
cd "$T/repo"
weaken() { # branch
    git switch -q -C "$1" origin/master
    smuggle origin "$1"
    sed 's/serial = 2/serial = 1/' gate.toml >"$T/weaker"
    cp "$T/weaker" gate.toml
    git commit -q -a -m "Weaker on $1"
    smuggle origin "$1"
}
weaken development
weaken wip/one
expect_exit 1 gate audit
expect_text "policy-serial"
expect_text "Weaker on development"
expect_no_text "wip/one"
git switch -q -C master origin/master
weaken master
expect_exit 1 gate audit master
expect_text "policy-serial"
git push -q --no-verify origin :development
git fetch -q --prune
expect_exit 1 gate audit
expect_text "Weaker on master"
(cd "$T/remote.git" && expect_exit 1 gate audit && expect_text "Weaker on master" && expect_no_text "wip/one")
