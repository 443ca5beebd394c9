#!/bin/sh
# What a pull brings is asked about, and only that; once it is agreed to, the push goes its way.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
smuggle -u origin feature
colleague_commits Dockerfile 'FROM gate-demo/busybox:1
WORKDIR /tree
ENV COLLEAGUE=was-here
COPY . .' "Another image"
git pull -q
expect_exit 1 git push origin HEAD:another
expect_text "suite tests: builds . by Dockerfile"
expect_no_text "suite tests: runs"
expect_text "nobody on this machine has agreed"
expect_text "gate trust"
expect_same "pushed" none "$(remote_tip another)"
expect_runs 0
# A commit of one's own on top changes nothing about that.
commit file more "More"
printf '# My own\n' >>gate.toml
git commit -q -a -m "My own edit"
expect_exit 1 git push origin HEAD:another
expect_text "suite tests: builds . by Dockerfile"
expect_exit 0 gate trust
expect_text "suite tests: builds . by Dockerfile"
expect_no_text "suite tests: runs"
expect_exit 0 git push origin HEAD:another
expect_runs 1
