#!/bin/sh
# Way 5: what is tested is the commit; a fix that is only in the work tree is neither built nor mounted.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
sed -i 's|^    build: ./api|&\n    volumes: ["./api:/usr/src/app"]|' docker-compose.yml
echo bad >api/verdict
save "A broken commit, and a bind mount"
echo good >api/verdict
run_suite pty
expect_red "a fix that is not in the commit"
expect_same "the work tree" good "$(cat api/verdict)"
git commit -q -a -m "The fix"
echo bad >api/verdict
run_suite pty
expect_green "a good commit"
nothing_is_left
