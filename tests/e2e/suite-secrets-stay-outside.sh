#!/bin/sh
# Nothing of the environment of git or gate is in a container, in its definition, in an image or in a log.
# shellcheck disable=SC2016 # expanded in the container
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

secret=sesame$$
AWS_SECRET_ACCESS_KEY=$secret AWS_SESSION_TOKEN=$secret DEPLOY=$secret GIT_ASKPASS=$secret MYSQL_PASSWORD=$secret
export AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN DEPLOY GIT_ASKPASS MYSQL_PASSWORD
no_secret_in() { # file
    expect_no_text "$secret" "$1"
    ! grep -q '^GIT_\|"GIT_' "$1" || fail "git's environment is in $1"
}

new_project
the_services "  api:" "    build: {context: ./api, args: {DEPLOY: null}}" \
    '    environment: [AWS_SECRET_ACCESS_KEY, "KEY=${AWS_SESSION_TOKEN}", "OTHER=${MYSQL_PASSWORD:-none}"]'
sed -i 's/^LABEL/ARG DEPLOY\nRUN env\n&/' api/Dockerfile
the_tests 'env; hold; exit 1'
for source in 'compose = "docker-compose.yml"
service = "api"' 'build = "api"'; do
    the_suite "$source"
    save "A test that tells what it sees"
    start_suite run hook
    wait_for_hold 1
    container=$(held)
    docker inspect "$container" >"$T/inspect"
    image=$(docker inspect -f '{{.Image}}' "$container")
    docker history --no-trunc "$image" >"$T/history"
    let_go "$container"
    finish_suite run
    expect_text "PATH="
    for file in "$out" "$T/inspect" "$T/history" .git/gate/logs/*; do no_secret_in "$file"; done
done
nothing_is_left
