#!/bin/sh
# Without a compose file, gate init proposes a suite for each folder with a Dockerfile.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir web api
echo "FROM gate-demo/busybox:1" | tee web/Dockerfile >api/Dockerfile
touch web/package.json api/go.mod
git add -A
git commit -q -m "A project"
expect_exit 0 gate init
expect_text '[suite.web]' gate.toml
expect_text 'run     = ["npm", "test"]' gate.toml
expect_text '[suite.api]' gate.toml
expect_text 'run     = ["go", "test", "./..."]' gate.toml
git add gate.toml
git commit -q -m "A policy"
trusted
no_engine
expect_exit 3 gate check
expect_text "suite web could not run"
