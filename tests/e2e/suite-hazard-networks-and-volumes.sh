#!/bin/sh
# A suite uses no network or volume that is not its own, and no driver that leads to the machine.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

docker volume create --label "$label-other" "$app-data" >/dev/null
docker network create --label "$label-other" "$app-net" >/dev/null
the_end_() { docker volume rm "$app-data" && docker network rm "$app-net"; }

new_project
the_services "  api:" "    build: ./api" "    networks: [theirs, wide]" "    volumes: ['theirs:/a', 'bound:/b', 'far:/c']"
{
    printf '%s\n' "  theirs:" "    external: {name: $app-net}" "  wide:" "    driver: macvlan"
    printf '%s\n' "volumes:" "  theirs:" "    external: {name: $app-data}" "  far:" "    driver: far-away" \
        "  bound:" "    driver_opts: {type: none, o: bind, device: /etc}"
} >>docker-compose.yml
save "What is not its own"
(expect_refused 'network "theirs": external' 'network "wide": driver: macvlan' 'volume "theirs": external' \
    'volume "bound": driver_opts' 'volume "far": driver: far-away') || { the_end_ && exit 1; }
the_end_ >"$T/end" || fail "the developer's volume and network are gone"
