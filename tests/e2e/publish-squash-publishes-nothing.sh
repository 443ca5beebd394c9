#!/bin/sh
# `git merge --squash` makes no merge, and the commit after it is a plain one: gate publishes nothing and says nothing.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

new_repo_with_publishing
REGISTRY=127.0.0.1:1 # nobody is to ask it
commit file more "More"
git push -q origin development
git switch -q staging
expect_exit 0 git merge --squash development
expect_no_text "gate: "
expect_exit 0 git commit -m "More, in one"
expect_no_text "gate: "
[ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
expect_runs 1
