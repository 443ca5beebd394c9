#!/bin/sh
# A folder without a Dockerfile, a folder that is not there, a compose file that is not there: named, and not let through.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
add_suite tests true
git rm -q --cached Dockerfile 2>/dev/null || :
rm Dockerfile
git add -A
git commit -q -m "A suite without a Dockerfile"
expect_exit 1 git push origin HEAD:refs/heads/feature
expect_text Dockerfile
sed -i 's/^build = .*/build = "not-here"/' gate.toml
git commit -q -a -m "A suite in no folder"
expect_exit 1 git push origin HEAD:refs/heads/feature
expect_text not-here
sed -i 's/^build = .*/compose = "compose-not-here.yml"\nservice = "api"/' gate.toml
git commit -q -a -m "A suite in no compose file"
expect_exit 1 git push origin HEAD:refs/heads/feature
expect_text compose-not-here.yml
expect_nothing_left
