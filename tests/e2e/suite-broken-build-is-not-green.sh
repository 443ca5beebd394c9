#!/bin/sh
# Way 4: an image that does not build is a failure, also while the containers of an older commit are up.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
docker-compose up -d >"$T/up.out" 2>&1 || fail "no stack: $(cat "$T/up.out")"
echo 'RUN echo "no such package" && exit 9' >>api/Dockerfile
save "A build that breaks"
run_suite pty
expect_red "a commit that does not build"
expect_text "no such package"
expect_same "containers of the developer's stack" 2 "$(containers | wc -l)"
