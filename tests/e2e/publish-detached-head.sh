#!/bin/sh
# A merge on a detached HEAD belongs to no branch: nothing is published, and gate says why when it is asked.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

new_repo_with_publishing
REGISTRY=127.0.0.1:1 # nobody is to ask it
commit file more "More"
git push -q origin development
git switch -q --detach staging
expect_exit 0 git merge development
expect_no_text "gate: "
git reset -q --hard staging
expect_exit 0 git merge --no-ff -m "A merge" development
expect_no_text "gate: "
expect_exit 0 gate publish
expect_text "nothing to publish: HEAD is on no branch"
[ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
