#!/bin/sh
# Anchors, merge keys, variables and .env do not hide a hazard; a key that gate does not know is not let through.
# shellcheck disable=SC2016 # expanded in the container
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

refused_trick() { # text service-lines...
    text=$1
    shift
    the_services "  api:" "    build: ./api" "$@"
    save "A trick"
    expect_refused "$text"
}

new_project
echo 'POWER=true
PLACE=/etc' >.env
refused_trick privileged '    privileged: "${POWER}"'
refused_trick privileged '    privileged: ${NOWHERE:-true}'
refused_trick /etc '    volumes: ["${PLACE}:/x"]'
refused_trick 'service "base": privileged' "    depends_on: [base]" "  base: &base" "    image: gate-demo/busybox:1" \
    "    privileged: true" "  other:" "    <<: *base"
refused_trick 'service "api": pid: host' "    <<: {pid: host}"
the_services "  api:" "    build: ./api" "    turbo: true"
save "A key that nobody knows"
run_suite pipe
expect_red "a key that nobody knows"
expect_text turbo
nothing_is_left
the_services "  api:" "    build: ./api" "    tmpfs: /x"
sed -i 's/^services:/services: {}\n&/' docker-compose.yml
save "The same key twice"
run_suite pipe
expect_red "a file with two meanings"
nothing_is_left
