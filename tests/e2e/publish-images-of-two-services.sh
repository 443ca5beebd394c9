#!/bin/sh
# The images of two services of a compose suite are published, each to its own places: those that the suite has built and run,
# not others.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo
mkdir api nginx
for part in api nginx; do
    printf '%s\n' 'FROM gate-demo/busybox:1' "LABEL $label" 'WORKDIR /tree' 'COPY . .' 'CMD ["sh", "serve"]' >$part/Dockerfile
    printf '%s\n' 'trap "exit 0" TERM' 'while :; do sleep 0.1; done' >$part/serve
    echo "of $part" >$part/name
done
echo good >api/verdict
{
    printf '%s\n' 'version: "3.7"' 'services:'
    printf '%s\n' '  api:' '    build: ./api' "    labels: ['$label']" '    depends_on: [nginx]'
    printf '%s\n' '  nginx:' '    build: ./nginx' "    labels: ['$label']"
    printf '%s\n' 'networks:' '  default:' "    labels: ['$label']"
} >docker-compose.yml
printf '%s\n' '' '[suite.stack]' 'compose = "docker-compose.yml"' 'service = "api"' 'run = ["grep", "good", "verdict"]' 'timeout = "60s"' \
    '' '[publish.stack]' 'branch = "staging"' 'suite = "stack"' 'tags = ["{branch}", "{commit}"]' \
    'images = { api = "{env:REGISTRY}/api", nginx = ["{env:REGISTRY}/nginx", "{env:REGISTRY}/copy/nginx"] }' >>gate.toml
git add -A
git commit -q -m "A stack, and where its images go"
smuggle origin master
for branch in staging development; do
    git switch -q -c "$branch" master
    smuggle -u origin "$branch"
done
merge_into_staging more
smuggle origin staging
expect_exit 0 gate publish
expect_runs 1 stack
for place in api nginx copy/nginx; do
    expect_same "$place" "$(printf '%s\n' "$commit" staging | sort)" "$(registry_tags "$place" | sort)"
    expect_same "what is in $place" "of ${place##*/}" "$(docker run --rm "$(registry_image_id "$place" "$commit")" cat name)"
    expect_no_names "$REGISTRY/$place"
done
expect_same "the copy" "$(registry_digest nginx "$commit")" "$(registry_digest copy/nginx "$commit")"
expect_exit 0 gate publish --list
expect_same "published" 3 "$(grep -c '^#.*  published  ' "$out")"
expect_nothing_left

# Another clone, whose verdict comes from nowhere, tests before it publishes; what is there is taken for what it is.
git clone -q "$T/remote.git" "$T/second"
cd "$T/second"
git switch -q staging
trusted HEAD
expect_exit 0 gate publish
expect_text "was published before"
expect_runs 0 stack
