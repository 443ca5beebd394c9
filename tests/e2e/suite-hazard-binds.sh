#!/bin/sh
# A suite is bound to nothing outside of its tree: by no path, by no spelling, through no symlink.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
ln -s /etc api/etc
ln -s .. api/up
mkdir api/deep
ln -s ../../.. api/deep/out
the_services "  api:" "    build: ./api" "    depends_on: [one, two, three, four, five, six, seven, eight]" \
    "  one:" "    image: gate-demo/busybox:1" "    volumes: ['/etc:/x']" \
    "  two:" "    image: gate-demo/busybox:1" "    volumes: ['../..:/x:ro']" \
    "  three:" "    image: gate-demo/busybox:1" "    volumes: ['~/x:/x']" \
    "  four:" "    image: gate-demo/busybox:1" "    volumes: ['./api/etc:/x']" \
    "  five:" "    image: gate-demo/busybox:1" "    volumes: ['./api/deep/out/x:/x']" \
    "  six:" "    image: gate-demo/busybox:1" "    volumes: [{type: bind, source: /root, target: /x, read_only: true}]" \
    "  seven:" "    image: gate-demo/busybox:1" "    volumes: ['/var/run/docker.sock:/var/run/docker.sock']" \
    "  eight:" "    image: gate-demo/busybox:1" "    volumes: ['./api/../../x:/x']"
save "Binds"
expect_refused 'service "one": the bind of /etc' 'service "two": the bind' 'service "three": the bind' 'service "four": the bind' \
    'service "five": the bind' 'service "six": the bind of /root' 'service "seven": the bind of the socket /var/run/docker.sock' \
    'service "eight": the bind'
the_services "  api:" "    build: ./api" "    volumes: ['./api/up/api:/x']"
save "A detour that stays in the tree"
run_suite pipe
expect_no_text "root:"
nothing_is_left
