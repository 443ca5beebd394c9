#!/bin/sh
# A registry with a certificate of the house's own authority: told of it by SSL_CERT_FILE gate talks to it, and the Engine still does not;
# with the Engine's certs.d both do.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

own_world
mkdir -p "$T/world/etc-docker/certs.d/registry.test" /etc/docker
certificate_ house -subj '/CN=Authority of the house'
certificate_ own -subj '/CN=Own' -CA "$T/world/house.pem" -CAkey "$T/world/house.key" -addext basicConstraints=critical,CA:FALSE \
    -addext 'subjectAltName=DNS:registry.test'
mount --bind "$T/world/etc-docker" /etc/docker
own_engine
start_registry
start_fake proxy registry --upstream "$registry" --listen 10.99.0.6:443 --tls "$T/world/own.pem" "$T/world/own.key"
REGISTRY=registry.test
echo "$REGISTRY" >"$servers/proxy.host"
new_repo_with_publishing
merge_into_staging_unseen more
expect_held_up "certificate of registry.test is not trusted"
SSL_CERT_FILE=$T/world/house.pem
export SSL_CERT_FILE
expect_not_yet "certs.d"
expect_same "puts" 0 "$(requests proxy '^PUT ')"
unset SSL_CERT_FILE
cp "$T/world/house.pem" "$T/world/etc-docker/certs.d/registry.test/ca.crt"
expect_finished
expect_requests 1 proxy "^PUT /v2/app/manifests/$commit"
