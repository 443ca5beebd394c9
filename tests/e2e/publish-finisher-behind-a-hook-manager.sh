#!/bin/sh
# A program that manages hooks may stand between git and gate: the finisher waits for git all the same.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
merge_into_staging more
# shellcheck disable=SC2016 # of the hook
printf '%s\n' '#!/bin/sh' 'sh -c '\''gate hook pre-push "$@"; exit $?'\'' sh "$0" "$@" || exit 1' >.git/hooks/pre-push
mkdir -p "$T/remote.git/hooks"
printf '%s\n' '#!/bin/sh' 'sleep 5' >"$T/remote.git/hooks/pre-receive"
chmod +x "$T/remote.git/hooks/pre-receive"
expect_exit 0 git push origin staging
expect_text "in the background"
moved() {
    [ "$(registry_digest app staging)" = "$(registry_digest app "$commit")" ]
}
wait_until 30 moved || fail "the tag did not move: $(cat "$(gate_folder)"/logs/*finisher.log)"
