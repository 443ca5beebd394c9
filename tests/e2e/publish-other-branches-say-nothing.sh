#!/bin/sh
# Merges into branches that publish nothing are none of its business: back into development, and between features.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

new_repo_with_publishing
REGISTRY=127.0.0.1:1 # nobody is to ask it
git switch -q -c feature
commit file more "More"
git switch -q development
expect_exit 0 git merge --no-ff --no-edit feature
expect_no_text "gate: "
git switch -q staging
commit mend mend "A mend"
git switch -q development
expect_exit 0 git merge --no-edit staging
expect_no_text "gate: "
git switch -q feature
expect_exit 0 git merge development
expect_no_text "gate: "
[ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
expect_runs 0
