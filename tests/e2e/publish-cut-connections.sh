#!/bin/sh
# Connections that are cut after any number of bytes, in every publication: nothing is lost, nothing doubled, no digest is wrong, and the
# branch tag only moves forward. CUT_ROUNDS: how many.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

rounds=${CUT_ROUNDS:-12}
start_registry
start_proxy # which keeps the order of things
start_cutter
new_repo_with_publishing
seed=${CUT_SEED:-$(date +%N)}
echo "seed $seed"
# A request and its answer are some hundred bytes, a manifest some thousand, a layer a hundred thousand and more.
python3 - "$seed" "$rounds" <<'PYTHON' >"$T/cuts"
import random, sys
chosen = random.Random(sys.argv[1])
for _ in range(int(sys.argv[2])):
    print(chosen.choice([chosen.randrange(1, 600), chosen.randrange(1, 3000), chosen.randrange(1, 100000)]))
PYTHON
commits='' round=0 tries_needed=0
while read -r bytes; do
    round=$((round + 1))
    git switch -q development
    head -c 100000 /dev/urandom >noise
    git add noise
    git commit -q -m "Noise"
    merge_into_staging_unseen "round $round"
    smuggle origin staging
    expect_exit 0 gate check
    cuts "$bytes"
    tries=0
    until gate publish >"$out" 2>&1; do
        status_=$?
        cat "$out"
        [ "$status_" -eq 3 ] || fail "cut after $bytes: ended with $status_"
        tries=$((tries + 1))
        [ "$tries" -le 4 ] || fail "cut after $bytes: it does not get there"
    done
    tries_needed=$((tries_needed + tries))
    cuts
    commits="$commits $commit"
    expect_same "cut after $bytes: the branch tag" "$(registry_digest app "$commit")" "$(registry_digest app staging)"
    expect_same "cut after $bytes: the image" "$(cat file)" "$(docker run --rm "$(registry_image_id app "$commit")" cat file)"
    expect_exit 0 gate publish --list
    expect_text "digest    $(registry_digest app "$commit")"
done <"$T/cuts"
expect_all_published
expect_same "entries" "$round" "$(grep -c '^#' "$out")"
# shellcheck disable=SC2086 # words
printf '%s\n' $commits >"$T/order"
# shellcheck disable=SC2086
moves_of_tag app staging $commits | uniq | cmp - "$T/order" || fail "the branch tag has not gone forward only"
cut=$(wc -l <"$servers/cutter.done" 2>/dev/null || echo 0)
echo "$round rounds, $cut connections cut, $tries_needed times once more"
[ "$cut" -ge $((round / 2)) ] || fail "only $cut of $round connections were cut"
