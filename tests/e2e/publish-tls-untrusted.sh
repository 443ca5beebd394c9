#!/bin/sh
# A registry whose certificate nobody vouches for: gate does not talk to it, and the Engine would not, either.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

own_world
own_engine
certificate_ stranger -subj '/CN=Somebody' -addext 'subjectAltName=DNS:registry.test'
start_registry
start_fake proxy registry --upstream "$registry" --listen 10.99.0.6:443 --tls "$T/world/stranger.pem" "$T/world/stranger.key"
REGISTRY=registry.test
new_repo_with_publishing
merge_into_staging_unseen more
expect_exit 0 gate check
expect_held_up "certificate of registry.test is not trusted"
expect_requests 0 proxy
# Not for another name either.
stop_server proxy
certificate_ named -subj '/CN=Another' -CA "$T/world/ca.pem" -CAkey "$T/world/ca.key" -addext basicConstraints=critical,CA:FALSE \
    -addext 'subjectAltName=DNS:another.test'
start_fake proxy registry --upstream "$registry" --listen 10.99.0.6:443 --tls "$T/world/named.pem" "$T/world/named.key"
expect_held_up "registry.test"
expect_requests 0 proxy
