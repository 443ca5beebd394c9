#!/bin/sh
# kill -9 before each thing that a publication does to the world: one more `gate publish` finishes it, nothing is lost,
# nothing is doubled, and the Engine has no name left over.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

command -v strace >/dev/null || skip "strace is not installed"
ASAN_OPTIONS=detect_leaks=0 # it can't look for them under strace
export ASAN_OPTIONS
start_registry
start_proxy
APP=seen
export APP
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/{env:APP}"' 'tags = ["{branch}", "{commit}"]'
commit file more "More"
smuggle origin development
git switch -q staging
git -c core.hooksPath=/dev/null merge -q development
expect_exit 0 gate check
smuggle origin staging
commit=$(oid HEAD)
cd "$T"
cp -a repo prepared

publish_anew() { # app command...: from the prepared state, into a repository of its own
    APP=$1
    shift
    rm -rf "$T/repo"
    cp -a "$T/prepared" "$T/repo"
    cd "$T/repo"
    status=0
    "$@" >"$T/killed" 2>&1 || status=$?
}

pushes() { # of this round's manifest
    requests proxy "^PUT /v2/$APP/manifests/$commit"
}

names_in_engine() {
    docker images --format '{{.Repository}}:{{.Tag}} {{.Digest}}' "$REGISTRY/$APP"
    docker images --filter "label=$label" --format '{{.Repository}}:{{.Tag}}' 'gate-publish/*'
}

# What it does to the world. To sync changes nothing for a process that is killed, nor does what it says to its user.
effects=write,pwrite64,writev,sendto,sendmsg,openat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,ftruncate,link,linkat
publish_anew seen strace -qq -o "$T/trace" -e "trace=$effects" -- "$GATE" publish
expect_same "end of a publication that nobody kills" 0 "$status"
points_of "$T/trace" >"$T/points"
echo "$(wc -l <"$T/points") points"
expect_same "the image" "$(docker images -q --no-trunc --filter "label=$label" 'gate-image/*' | sort -u)" "$(registry_image_id seen "$commit")"
digest=$(registry_digest seen "$commit")

rounds=0 kills=0
while read -r name number; do
    rounds=$((rounds + 1))
    at="kill before $name $number"
    publish_anew "round-$rounds" strace -qq -o /dev/null -e "trace=$name" -e "inject=$name:signal=SIGKILL:when=$number" -- "$GATE" publish
    [ "$status" -ne 137 ] || kills=$((kills + 1))
    seen=$(registry_digest "$APP" "$commit")
    before=$(pushes)
    gate publish >"$out" 2>&1 || fail "$at: one more gate publish ended with $?: $(cat "$out")"
    after=$(pushes)
    [ "$seen" = none ] || expect_same "$at: pushes of a tag that is there" "$before" "$after"
    [ "$after" -le 2 ] || fail "$at: pushed $before times, then $((after - before)) times more"
    expect_same "$at: the commit's tag" "$digest" "$(registry_digest "$APP" "$commit")"
    expect_same "$at: the branch tag" "$digest" "$(registry_digest "$APP" staging)"
    gate publish --list >"$out" 2>&1 || fail "$at: no list: $(cat "$out")"
    expect_same "$at: entries" 1 "$(grep -c '^#' "$out")"
    grep -q '^#1  published' "$out" || fail "$at: not done: $(cat "$out")"
    expect_same "$at: names in the Engine" "" "$(names_in_engine)"
    [ "$(runs_of)" -eq 1 ] || fail "$at: the suite ran again"
done <"$T/points"
echo "$rounds rounds, $kills killed"
[ "$kills" -ge $((rounds * 9 / 10)) ] || fail "of $rounds publications only $kills were killed"
