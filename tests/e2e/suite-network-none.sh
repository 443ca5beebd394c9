#!/bin/sh
# network = "none": a network without a way out, on which the run's services reach each other; one container alone has no network at all. Else there is a way out.
# builds: one
# shellcheck disable=SC2016 # expanded in the container
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

# Runs the suite, and looks meanwhile: $T/internal has "true" or "false" for each network of the run, "none" where there is none.
internal_networks() {
    start_suite run pipe
    wait_for_hold 1
    for container in $(containers); do
        for network in $(docker inspect -f '{{range $name, $network := .NetworkSettings.Networks}}{{$name}} {{end}}' "$container"); do
            [ "$network" = none ] && echo none || docker network inspect -f '{{.Internal}}' "$network"
        done
    done | sort -u >"$T/internal"
    # shellcheck disable=SC2046 # a list
    let_go $(held)
    finish_suite run
    expect_green "a good commit"
    cat "$T/internal"
}

new_project
the_image
echo good >nginx/verdict
the_services "  api:" "    build: ./api" "    depends_on: [nginx]" "  nginx:" "    build: ./nginx"
the_tests 'for i in $(seq 50); do wget -q -O- http://nginx/verdict && break; sleep 0.1; done | grep good; hold'
for case in 'network = "none":true' 'network = "own":false' '# no more:false'; do
    the_suite 'compose = "docker-compose.yml"' 'service = "api"' "${case%:*}"
    save "${case%:*}"
    rm -rf .git/gate/logs
    internal_networks
    expect_same "is the network internal with '${case%:*}'" "${case##*:}" "$(cat "$T/internal")"
    expect_logged good
done
for case in 'network = "none":none' 'network = "own":false' '# no more:false'; do
    the_suite "image = \"$image\"" 'run = ["hold"]' "${case%:*}"
    save "${case%:*}, alone"
    internal_networks
    expect_same "is the network of a single container internal with '${case%:*}'" "${case##*:}" "$(cat "$T/internal")"
done
nothing_is_left
