#!/bin/sh
# No port of this machine is taken, whatever the compose file publishes; and its container names are not given.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
sed -i "s/^    ports:.*/    container_name: $app-given\n    ports: ['$port:80', '80', '127.0.0.1:$((port + 1)):80']/" docker-compose.yml
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'all = true'
the_tests 'hold'
save "Ports"
start_suite run pipe
wait_for_hold 1
docker ps --filter "label=$label" --format '{{.Names}} {{.Ports}}' >"$T/ports"
# shellcheck disable=SC2046 # a list
docker inspect -f '{{json .HostConfig.PortBindings}} {{.HostConfig.PublishAllPorts}}' $(containers) >"$T/bindings"
# shellcheck disable=SC2046 # a list
let_go $(held)
finish_suite run
expect_green "a good commit"
cat "$T/ports" "$T/bindings"
expect_same "containers" 2 "$(wc -l <"$T/ports")"
expect_no_text "->" "$T/ports"
expect_no_text "$app-given" "$T/ports"
expect_no_text HostPort "$T/bindings"
expect_no_text true "$T/bindings"
nothing_is_left
