#!/bin/sh
# The stack that a developer has up, with the same project name, ports and container names, is not touched, nor in the way.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
sed -i "s/^    build: ./    container_name: $app-&/; s/container_name: $app-    build: .\/\([a-z]*\)/    container_name: $app-\1\n    build: .\/\1/; s/^  *container_name/    container_name/" docker-compose.yml
echo "COMPOSE_PROJECT_NAME=$app" >.env
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'all = true'
save "With names of its own"
docker-compose up -d >"$T/up.out" 2>&1 || fail "no stack: $(cat "$T/up.out")"
expect_same "container with the given name" "/$app-api" "$(docker inspect -f '{{.Name}}' "$app-api")"
before=$(containers | sort)
commit api/verdict "good, too" "A change"
run_suite pipe
expect_green "a good commit"
only_the_stack() { [ "$before" = "$(containers | sort)" ]; }
wait_until 15 only_the_stack || fail "not only the stack's containers are there: $(containers | tr '\n' ' ')"
expect_same "what the stack serves" good "$(docker exec "$app-api" cat verdict)"
docker-compose down >"$T/down.out" 2>&1 || fail "the stack is spoiled: $(cat "$T/down.out")"
nothing_is_left
