#!/bin/sh
# A suite shares no namespace with the machine, nor with a container that is not its own.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_services "  api:" "    build: ./api" "    depends_on: [one, two, three, four]" \
    "  one:" "    image: gate-demo/busybox:1" "    network_mode: host" \
    "  two:" "    image: gate-demo/busybox:1" "    pid: host" \
    "  three:" "    image: gate-demo/busybox:1" "    ipc: host" \
    "  four:" "    image: gate-demo/busybox:1" "    network_mode: 'container:$app-other'"
save "Namespaces"
expect_refused 'service "one": network_mode: host' 'service "two": pid: host' 'service "three": ipc: host' \
    "service \"four\": network_mode: container:$app-other"
