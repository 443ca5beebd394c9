#!/bin/sh
# Docker Hub's trigger under its own name and by https: one POST, and a certificate that is nobody's is not talked to.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

own_world
start_trigger
DEPLOY=$trigger_url
export DEPLOY
new_repo_with_publishing 'branch = "staging"' 'trigger = { env = "DEPLOY" }' 'by = "local"' 
# No suite: there is no Engine in this world.
sed -i '/^\[suite/,/^timeout/d' gate.toml
sed -i 's/^match = .*/&\nrequire = []/' gate.toml
git add -A
git commit -q -m "No suite"
smuggle origin HEAD:master HEAD:development HEAD:staging
git fetch -q
merge_into_staging_unseen more
smuggle origin staging
cp "$T/world/ca.pem" "$T/ca"
certificate_ other -subj "/CN=Somebody else"
cp "$T/world/other.pem" "$T/world/certs/ca-certificates.crt"
expect_exit 3 gate publish
expect_text "the certificate of hub.docker.com is not trusted"
expect_requests 0 trigger
cp "$T/ca" "$T/world/certs/ca-certificates.crt"
expect_exit 0 gate publish
expect_text "accepted by Docker Hub"
expect_requests 1 trigger POST
