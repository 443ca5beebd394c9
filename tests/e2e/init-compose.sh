#!/bin/sh
# gate init fits its policy to a compose file; what it writes is a policy that gate check accepts.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
cp -R "$support/../sample/." .
rm gate.toml
git add -A
git commit -q -m "A project"
expect_exit 0 gate init
expect_text gate.toml
expect_text 'compose = "docker-compose.yml"' gate.toml
expect_text 'service = "api"' gate.toml
expect_text 'run     = ["python", "manage.py", "test"]' gate.toml
expect_text 'match = ["master"]' gate.toml
expect_no_text 'service = "nginx"' gate.toml
git add gate.toml
git commit -q -m "A policy"
trusted
no_engine
expect_exit 3 gate check
expect_text "suite api could not run"
