#!/bin/sh
# A suite gets no power over the machine: each service that asks for some is named, and none is started.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_services "  api:" "    build: ./api" "    depends_on: [one, two, three, four, five, six, seven]" \
    "  one:" "    image: gate-demo/busybox:1" "    privileged: true" \
    "  two:" "    image: gate-demo/busybox:1" "    cap_add: [SYS_ADMIN]" \
    "  three:" "    image: gate-demo/busybox:1" "    devices: ['/dev/sda:/dev/sda']" \
    "  four:" "    image: gate-demo/busybox:1" "    security_opt: ['seccomp:unconfined']" \
    "  five:" "    image: gate-demo/busybox:1" "    sysctls: {net.core.somaxconn: 1024}" \
    "  six:" "    image: gate-demo/busybox:1" "    userns_mode: host" \
    "  seven:" "    image: gate-demo/busybox:1" "    cgroup_parent: /"
save "Power"
expect_refused 'service "one": privileged' 'service "two": cap_add' 'service "three": device ' 'service "four": security_opt' \
    'service "five": sysctls' 'service "six": userns_mode' 'service "seven": cgroup_parent'
