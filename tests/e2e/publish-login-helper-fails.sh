#!/bin/sh
# A helper that is not there, fails, or says nothing that is a login: a sentence that names it, before any suite is run.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry --auth "canary-user:canary-password-$mark"
docker_knows "$registry" "$login_"
new_repo_with_publishing
printf '{"credHelpers": {"%s": "canary"}}' "$registry" >"$DOCKER_CONFIG/config.json"
merge_into_staging more
expect_text "docker-credential-canary"
expect_held_up "docker-credential-canary"
mkdir "$T/helpers"
PATH=$T/helpers:$PATH
for body in 'echo the vault is locked; exit 1' 'echo no JSON' 'echo "{}" | head -c 1' 'exit 0'; do
    printf '#!/bin/sh\n%s\n' "$body" >"$T/helpers/docker-credential-canary"
    chmod +x "$T/helpers/docker-credential-canary"
    expect_held_up "docker-credential-canary"
done
# It knows of none, as every helper says it: then the registry asks for one.
printf '#!/bin/sh\necho credentials not found in native keychain\nexit 1\n' >"$T/helpers/docker-credential-canary"
expect_held_up "$registry asks for a login"
expect_exit 3 gate publish
expect_text "docker login $registry"
expect_runs 0
docker_knows "$registry" "$login_"
printf '{}' >"$T/docker/config.json"
docker_knows "$registry" "$login_"
expect_finished
