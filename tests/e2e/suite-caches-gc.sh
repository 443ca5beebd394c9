#!/bin/sh
# gate gc frees the caches of this repository's suites, images that are known by their content, and the caches of builds.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

caches() { docker volume ls -q --filter "label=io.gate.cache=$repository"; }
images() { docker images --filter "label=$label" --format '{{.Repository}}:{{.Tag}}' | grep "^gate-$1/$repository" || :; }

new_project
the_suite 'build = "api"' 'caches = ["/kept", "/kept too"]'
save "Caches"
repository=$(printf %s "$(gate_folder)" | sha256sum | cut -c 1-12)
run_suite pipe
expect_green "a good commit"
expect_same "caches" 2 "$(caches | wc -l)"
expect_same "images by content" 1 "$(images content | wc -l)"
expect_same "caches of builds" 1 "$(images cache | wc -l)"
docker tag gate-demo/busybox:1 "gate-cache/${repository}0/api-api:$mark" # another repository's
nothing_is_left
expect_exit 0 gate gc
expect_text "let go of 0 tested images, 1 built image, 1 build cache and 2 cache volumes"
expect_same "caches" "" "$(caches)"
expect_same "images" "" "$(docker images -q --filter "label=$label")"
docker rmi "gate-cache/${repository}0/api-api:$mark" >/dev/null || fail "the cache of another repository is gone"
expect_exit 0 gate gc
commit api/file "a change" "A change"
run_suite pipe
expect_green "a commit after it"
nothing_is_left
