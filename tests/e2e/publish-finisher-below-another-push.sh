#!/bin/sh
# A push that runs below the gate push of another repository, as that of a submodule does, has a finisher of its own.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
git init -q "$T/super"
merge_into_staging more
expect_exit 0 env GATE_PUSH="$T/repo/.git" git push origin staging
expect_no_text "in the background"
git push -q --no-verify --force origin staging~1:staging
git update-ref refs/remotes/origin/staging staging~1
expect_exit 0 env GATE_PUSH="$T/super/.git" git push origin staging
expect_text "in the background"
moved() {
    [ "$(registry_digest app staging)" = "$(registry_digest app "$commit")" ]
}
wait_until 30 moved || fail "the tag did not move"
