#!/bin/sh
# Five runs with changes leave as many images as two: none without a name, and only the last build under the cache names.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

# But for those that are known by their content, of which the newest of them stay.
images() { docker images --filter "label=$label" --format '{{.ID}} {{.Repository}}:{{.Tag}}' | grep -v gate-content/ | sort; }

new_project
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'all = true'
{
    printf '%s\n' 'FROM gate-demo/busybox:1 AS maker' "LABEL $label" 'COPY round /round'
    sed 's/^FROM.*/FROM gate-demo\/busybox:1/; s/^COPY \. \./&\nCOPY --from=maker \/round \/round/' api/Dockerfile
} >"$T/Dockerfile"
cp "$T/Dockerfile" api/Dockerfile
for round in 1 2 3 4 5; do
    echo "$round" >api/round
    save "Round $round"
    run_suite pipe
    expect_green "round $round"
    nothing_is_left
    images >"$T/images"
    [ "$round" -ne 2 ] || count=$(wc -l <"$T/images")
done
cat "$T/images"
expect_same "images after five rounds" "$count" "$(wc -l <"$T/images")"
