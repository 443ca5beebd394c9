#!/bin/sh
# kill -9 before any system call of a publication with ledger, git tag and webhook, some rounds at random: one more gate publish (and
# a person's word where a webhook may have been called) finishes it; nothing is lost, nothing doubled. KILL_ROUNDS: how many.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

command -v strace >/dev/null || skip "strace is not installed"
ASAN_OPTIONS=detect_leaks=0 # it can't look for them under strace
export ASAN_OPTIONS
rounds=${KILL_ROUNDS:-10}
start_registry
start_proxy
start_webhook
APP=seen DEPLOY_HOOK=$webhook_url
export APP DEPLOY_HOOK
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/{env:APP}"' 'tags = ["{branch}", "{commit}"]' \
    'git_tag = "out-{short_commit}"' 'after = { webhook = { env = "DEPLOY_HOOK" } }'
merge_into_staging_unseen more
expect_exit 0 gate check
smuggle origin staging
tag=refs/tags/out-$(git rev-parse --short=12 HEAD)
cd "$T"
cp -a repo prepared
cp -a remote.git remote-prepared.git

publish_anew() { # app command...: from the prepared state, into a repository of its own
    APP=$1
    shift
    rm -rf "$T/repo" "$T/remote.git"
    cp -a "$T/prepared" "$T/repo"
    cp -a "$T/remote-prepared.git" "$T/remote.git"
    cd "$T/repo"
    rm -f "$servers/webhook.requests" "$servers/webhook.bodies" "$servers/webhook.heads"
    status=0
    "$@" >"$T/killed" 2>&1 || status=$?
}

calls=write,pwrite64,writev,sendto,sendmsg,openat,mkdir,rename,unlink,fsync,fdatasync,connect,recvfrom,read,close,clone,clone3,vfork,wait4,poll
publish_anew seen strace -qq -c -o "$T/count" -e "trace=$calls" -- "$GATE" publish
expect_same "end of a publication that nobody kills" 0 "$status"
expect_requests 1 webhook POST
digest=$(registry_digest seen "$commit")
# For each system call how often there is one.
awk '$1 ~ /^[0-9.]+$/ && $NF != "total" { print $NF, $4 }' "$T/count" >"$T/points"
python3 - "$T/points" "$rounds" <<'PYTHON' >"$T/chosen"
import random, sys, os
points = [(name, int(times)) for name, times in (line.split() for line in open(sys.argv[1]))]
seed = os.environ.get("KILL_SEED") or str(random.randrange(10**6))
print(f"seed {seed}", file=sys.stderr)
chosen = random.Random(seed)
for _ in range(int(sys.argv[2])):
    name, times = chosen.choice(points)
    print(name, chosen.randint(max(1, times // 10), times))
PYTHON

round=0 kills=0 unknown=0
while read -r name number; do
    round=$((round + 1))
    at="kill before $name $number"
    publish_anew "round-$round" strace -qq -o /dev/null -e "trace=$name" -e "inject=$name:signal=SIGKILL:when=$number" -- "$GATE" publish
    [ "$status" -ne 137 ] || kills=$((kills + 1))
    sent=$(requests webhook POST)
    wanted=1 # calls in all
    status=0
    gate publish >"$out" 2>&1 || status=$?
    if [ "$status" -eq 3 ] && grep -qF "gate publish --again 1" "$out"; then
        unknown=$((unknown + 1))
        expect_same "$at: calls of the second" "$sent" "$(requests webhook POST)"
        status=0
        gate publish --again 1 >"$out" 2>&1 || status=$?
        wanted=$((sent + 1)) # a person has asked for it
    fi
    [ "$status" -eq 0 ] || fail "$at: ended with $status: $(cat "$out")"
    expect_same "$at: calls of the webhook, $sent of them before" "$wanted" "$(requests webhook POST)"
    expect_same "$at: keys of its calls" 1 "$(webhook_says 'len({head["idempotency-key"] for head in heads})')"
    expect_same "$at: the commit's tag" "$digest" "$(registry_digest "$APP" "$commit")"
    expect_same "$at: the branch tag" "$digest" "$(registry_digest "$APP" staging)"
    expect_same "$at: the git tag" "$commit" "$(git --git-dir "$T/remote.git" rev-parse "$tag^{commit}")"
    ledger_text "$T/remote.git" | grep "\"record\".*\"commit\": *\"$commit\"" >"$T/records" || fail "$at: the ledger does not know it"
    ! grep -v "\"digest\": *\"$digest\"" "$T/records" || fail "$at: the ledger has another digest"
    [ "$(grep -c '"telling": *true' "$T/records")" -le 1 ] || fail "$at: it was about to be told more than once"
    gate publish --list >"$out" 2>&1 || fail "$at: no list: $(cat "$out")"
    expect_same "$at: entries" 1 "$(grep -c '^#' "$out")"
    grep -q '^#1  published' "$out" || fail "$at: not done: $(cat "$out")"
    expect_same "$at: names in the Engine" "" "$(docker images --format '{{.Repository}}' "$REGISTRY/$APP")"
    expect_same "$at: kept" "" "$(docker images --filter "label=$label" --format '{{.Repository}}:{{.Tag}}' 'gate-publish/*')"
    [ "$(runs_of)" -eq 1 ] || fail "$at: the suite ran again"
done <"$T/chosen"
echo "$round rounds, $kills killed, $unknown unknown"
[ "$kills" -ge $((round * 7 / 10)) ] || fail "of $round publications only $kills were killed"
