#!/bin/sh
# A registry that sends elsewhere: nobody there gets the login, and nothing of it is said.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

password="canary-pass-$mark"
start_registry --auth "user:$password"
start_fake elsewhere registry --upstream "$registry"
elsewhere=$address
start_proxy
docker_knows "$REGISTRY" "user:$password"
new_repo_with_publishing
merge_into_staging_unseen more
smuggle origin staging
expect_exit 0 gate check
for what in 'GET /manifests/' 'HEAD /manifests/' '* /v2/' 'PUT /manifests/staging'; do
    faults proxy "$what 307=http://$elsewhere/v2/app/manifests/$commit"
    gate publish >"$out" 2>&1 || :
    cat "$out"
    expect_no_text "canary"
    [ ! -e "$servers/elsewhere.logged-in" ] || fail "with '$what' the login went to $elsewhere: $(cat "$servers/elsewhere.logged-in")"
done
faults proxy
expect_finished
[ ! -e "$servers/elsewhere.logged-in" ] || fail "the login went to $elsewhere"
