#!/bin/sh
# The helper that docker's configuration names for every registry is asked for the login.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry --auth "canary-user:canary-password-$mark"
# A credential helper that notes what it is asked, and gives canaries.
mkdir -p "$T/helpers" "$T/docker"
cat >"$T/helpers/docker-credential-canary" <<HELPER
#!/bin/sh
echo "\$* \$(cat)" >>"$T/asked"
printf '{"ServerURL":"%s","Username":"canary-user","Secret":"canary-password-$mark"}\\n' "$registry"
HELPER
chmod +x "$T/helpers/docker-credential-canary"
PATH=$T/helpers:$PATH
[ ! -d "$DOCKER_CONFIG/contexts" ] || cp -R "$DOCKER_CONFIG/contexts" "$T/docker/"
printf '{"auths": {"%s": {}}, "credsStore": "canary"}' "$registry" >"$T/docker/config.json"
DOCKER_CONFIG=$T/docker
new_repo_with_publishing
before=$(sha256sum <"$DOCKER_CONFIG/config.json")
merge_into_staging more
expect_text "published to $REGISTRY/app"
expect_finished
# docker build asks for all that it knows, too; nobody changes anything.
grep -qx "get $registry" "$T/asked" || fail "the helper was not asked"
! grep -E "^(store|erase)" "$T/asked" || fail "the helper was told something"
expect_same "docker's configuration" "$before" "$(sha256sum <"$DOCKER_CONFIG/config.json")"
