#!/bin/sh
# A branch stays one to audit when its protection was taken away past the rules, and whatever was changed after that.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo
printf 'schema = 1\n' >gate.toml
git commit -q -a -m "Open"
git push -q --no-verify origin master
commit file two "Two"
git push -q origin master
printf 'schema = 1 # the same\n' >gate.toml
git commit -q -a -m "The same"
git push -q origin master
expect_exit 1 gate audit
expect_text "\"Open\""
expect_no_text "\"Two\""
(cd "$T/remote.git" && expect_exit 1 gate audit)
