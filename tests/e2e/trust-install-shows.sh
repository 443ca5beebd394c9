#!/bin/sh
# gate install shows what the repository would run here, and that is trusted from then on; a second time it has nothing to say.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
default_policy >gate.toml
add_suite
echo good >verdict
git add -A
git commit -q -m "A policy and a suite"
expect_exit 0 gate install
expect_text "trusted from now on"
expect_text "suite tests: runs sh -c 'cat verdict; grep -q good verdict'"
expect_text "suite tests: builds . by Dockerfile (FROM gate-demo/busybox:1), sha256:$(sha256sum Dockerfile | cut -d' ' -f1)"
expect_plain "$out"
expect_exit 0 gate trust --show
expect_text "suite tests: runs sh -c"
expect_exit 0 gate install
expect_no_text "suite tests"
expect_exit 0 git push -u origin master
expect_runs 1
