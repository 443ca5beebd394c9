#!/bin/sh
# A volume without a name, declared by an image, goes with its container.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

is_gone() { ! docker volume inspect "$1" >/dev/null 2>&1; } # volume

new_project
echo 'VOLUME /data' >>api/Dockerfile
the_tests 'hold'
for source in 'compose = "docker-compose.yml"
service = "api"' 'build = "api"'; do
    the_suite "$source"
    save "A volume"
    start_suite run pipe
    wait_for_hold 1
    container=$(held)
    volume=$(docker inspect -f '{{range .Mounts}}{{.Name}}{{end}}' "$container")
    docker volume inspect "$volume" >/dev/null || fail "there is no volume"
    let_go "$container"
    finish_suite run
    expect_green "a good commit"
    wait_until 15 is_gone "$volume" || fail "the volume $volume is left"
done
