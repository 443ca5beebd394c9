#!/bin/sh
# kill -9 before each thing that a trigger's publication does to the world: Docker Hub is asked at most once, and where it may
# have been asked, the entry says "unknown" until a person decides.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

command -v strace >/dev/null || skip "strace is not installed"
ASAN_OPTIONS=detect_leaks=0 # it can't look for them under strace
export ASAN_OPTIONS
start_trigger
DEPLOY=$trigger_url
export DEPLOY
new_repo_with_publishing 'branch = "staging"' 'trigger = { env = "DEPLOY" }' 'by = "local"'
merge_into_staging_unseen more
expect_exit 0 gate check
smuggle origin staging
cd "$T"
cp -a repo prepared

publish_anew() { # command...: from the prepared state
    rm -rf "$T/repo"
    cp -a "$T/prepared" "$T/repo"
    cd "$T/repo"
    : >"$servers/trigger.requests"
    status=0
    "$@" >"$T/killed" 2>&1 || status=$?
}

effects=write,pwrite64,writev,sendto,sendmsg,openat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,ftruncate,link,linkat
publish_anew strace -qq -o "$T/trace" -e "trace=$effects" -- "$GATE" publish
expect_same "end of a publication that nobody kills" 0 "$status"
expect_requests 1 trigger POST
points_of "$T/trace" >"$T/points"
echo "$(wc -l <"$T/points") points"

rounds=0 kills=0 unknown=0
while read -r name number; do
    rounds=$((rounds + 1))
    at="kill before $name $number"
    publish_anew strace -qq -o /dev/null -e "trace=$name" -e "inject=$name:signal=SIGKILL:when=$number" -- "$GATE" publish
    [ "$status" -ne 137 ] || kills=$((kills + 1))
    sent=$(requests trigger POST)
    status=0
    gate publish >"$out" 2>&1 || status=$?
    all=$(requests trigger POST)
    [ "$all" -le 1 ] || fail "$at: Docker Hub was asked $sent times, then $((all - sent)) times more"
    gate publish --list >"$T/list" 2>&1 || fail "$at: no list: $(cat "$T/list")"
    case $status-$(head -n 1 "$T/list") in
    "0-#1  accepted"*) expect_same "$at: requests" 1 "$all" ;;
    "3-#1  unknown"*)
        unknown=$((unknown + 1))
        expect_same "$at: requests of the second" "$sent" "$all"
        expect_text "gate publish --again 1"
        expect_exit 3 gate publish
        expect_requests "$all" trigger POST
        if [ $((unknown % 2)) -eq 0 ]; then
            expect_exit 0 gate publish --again 1
            expect_requests $((all + 1)) trigger POST
        else
            expect_exit 0 gate publish --drop 1
            expect_requests "$all" trigger POST
        fi
        all=$(requests trigger POST)
        gate publish >"$out" 2>&1 || :
        expect_requests "$all" trigger POST
        ;;
    *) fail "$at: $sent requests, then ended with $status: $(cat "$out" "$T/list")" ;;
    esac
done <"$T/points"
echo "$rounds rounds, $kills killed, $unknown unknown"
[ "$kills" -ge $((rounds * 9 / 10)) ] || fail "of $rounds publications only $kills were killed"
[ "$unknown" -ge 2 ] || fail "it was never unknown"
