#!/bin/sh
# Way 9: somebody else has the port that the project publishes; every service of the suite comes up all the same.
# shellcheck disable=SC2016 # expanded in the container
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
docker run -d --rm --init --label "$label-other" -p "$port:80" --name "$app-other" gate-demo/busybox:1 httpd -f -p 80 >"$T/other"
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'all = true'
the_tests 'for i in $(seq 50); do wget -q -O- http://nginx/verdict && exit 0; sleep 0.1; done; echo "there is no nginx"; exit 1'
echo good >nginx/verdict
save "A test that asks nginx"
run_suite pty
docker rm -f "$app-other" >"$T/other"
expect_green "a good commit"
nothing_is_left
