#!/bin/sh
# A service that can write one folder of the tree puts a symlink to the host there, before another service is bound through it:
# the Engine binds what was judged.
# shellcheck disable=SC2016 # expanded in the container
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
mkdir -p a d "$T/host"
echo judged >a/what
echo host >"$T/host/what"
ln -s ../a d/link
the_services "  api:" "    build: ./api" "    depends_on: [evil]" "    volumes: ['./d/link:/seen']" \
    "  evil:" "    image: gate-demo/busybox:1" "    volumes: ['./d:/d']" \
    "    command: ['sh', '-c', 'rm /d/link; ln -s $T/host /d/link; tail -f /dev/null']"
the_tests 'cat /seen/what'
save "A swap"
run_suite pipe
grep -rq '^judged$' .git/gate/logs || fail "the suite did not see what was judged"
! grep -rq '^host$' .git/gate/logs || fail "the suite saw the host"
nothing_is_left
