#!/bin/sh
# `environment: {HTTPS_PROXY: }` asks compose to take the value from whoever starts it: the containers get none of gate's.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_services "  api:" "    build: ./api" "    environment:" "      HTTPS_PROXY:" "      HOME:" "      KEPT: kept"
# shellcheck disable=SC2016 # expanded in the container
the_tests 'env; [ "$KEPT" = kept ]'
save "Variables"
export HTTPS_PROXY=http://user:secret@proxy:1 NO_PROXY='*'
run_suite pipe
expect_green "variables without a value"
! grep -rq 'secret@proxy' .git/gate/logs || fail "the proxy's password reached the container"
