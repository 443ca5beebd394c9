#!/bin/sh
# Nothing is built from outside of the tree, nor with the machine's network.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
ln -s /etc api/etc
mkdir "$T/outside"
cp api/Dockerfile "$T/outside/"
ln -s "$T/outside/Dockerfile" api/Dockerfile.outside
the_services "  api:" "    build: ./api" "    depends_on: [one, two, three, four, five]" \
    "  one:" "    build: ../.." \
    "  two:" "    build: ./api/etc" \
    "  three:" "    build: {context: ./api, dockerfile: Dockerfile.outside}" \
    "  four:" "    build: {context: ./api, network: host}" \
    "  five:" "    build: https://example.com/five.git"
save "Builds"
expect_refused 'service "one": the build context' 'service "two": the build context' 'service "three": the dockerfile' \
    'service "four": build.network: host' 'service "five": the remote build context'
the_suite 'build = "api/etc"'
echo "FROM gate-demo/busybox:1" >"$T/outside/Dockerfile"
rm api/etc
ln -s "$T/outside" api/etc
save "A build suite"
expect_refused "lies outside of the tree"
