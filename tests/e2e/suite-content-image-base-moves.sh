#!/bin/sh
# An image whose base has moved under its name is built again.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
sed -i "s|^FROM.*|FROM $image|" api/Dockerfile
the_suite 'build = "api"' 'run = ["cat", "/base"]'
docker tag "$image" "$image-none"
printf '%s\n' "FROM gate-demo/busybox:1" "LABEL $label" 'RUN echo first >/base' | docker build -q -t "$image" - >/dev/null
save "Built on a base"
run_suite pipe
expect_green "a first base"
expect_logged first
docker tag "$image" "$image-first"
printf '%s\n' "FROM gate-demo/busybox:1" "LABEL $label" 'RUN echo second >/base' | docker build -q -t "$image" - >/dev/null
commit nginx/file "a change" "A change elsewhere"
run_suite pipe
expect_green "a second base"
expect_logged second
nothing_is_left
