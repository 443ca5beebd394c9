#!/bin/sh
# Who edits his own tests is never asked: each commit, the first with a policy, an amended one, and one by another name for its author.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
gate install >/dev/null
default_policy >gate.toml
add_suite
echo good >verdict
git add -A
git commit -q -m "A policy and a suite"
git switch -q -c feature
expect_exit 0 git push origin feature
sed -i 's/grep -q good/grep good/' gate.toml
git commit -q -a -m "Other words"
expect_exit 0 git push origin feature
echo 'ENV A=1' >>Dockerfile
git commit -q -a --amend -m "Another image as well"
expect_exit 0 git push --force origin feature
expect_runs 3
printf 'services:\n  api:\n    build: .\n    command: sleep 60\n' >docker-compose.yml
printf '[suite.api]\ncompose = "docker-compose.yml"\nservice = "api"\nrun = ["true"]\n' >>gate.toml
git add -A
git commit -q -m "A compose file"
expect_exit 0 gate trust
expect_text "was trusted before"
sed -i 's/sleep 60/sleep 61/' docker-compose.yml
git commit -q -a -m "Another command"
expect_exit 0 gate trust
expect_text "was trusted before"
expect_exit 0 gate trust --show
expect_text "service api command sleep 61"
