#!/bin/sh
# An Engine at a tcp address with TLS, which sees no file of this machine. Who does not know it, or whom it does not know, gets no suite run.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

authority() { # name
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$1" \
        -keyout "$1.key" -out "$1.pem" 2>/dev/null
}
certificate() { # name authority extensions...
    printf '%s\n' "$3" >"$1.ext"
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>/dev/null
    openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 2 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}

engine=${DOCKER_HOST:-unix:///var/run/docker.sock}
case $engine in unix://*) ;; *) skip "the Engine is at $engine, not at a socket" ;; esac
mkdir "$T/tls" "$T/good" "$T/stranger" "$T/misled"
cd "$T/tls"
authority ca
authority another
certificate server ca 'subjectAltName = IP:127.0.0.1'
certificate client ca 'extendedKeyUsage = clientAuth'
certificate stranger another 'extendedKeyUsage = clientAuth'
cp ca.pem "$T/good/ca.pem" && cp client.pem "$T/good/cert.pem" && cp client.key "$T/good/key.pem"
cp ca.pem "$T/stranger/ca.pem" && cp stranger.pem "$T/stranger/cert.pem" && cp stranger.key "$T/stranger/key.pem"
cp another.pem "$T/misled/ca.pem" && cp client.pem "$T/misled/cert.pem" && cp client.key "$T/misled/key.pem"
# shellcheck disable=SC2016 # expanded by the inner shell
setsid sh -c 'echo $$ >"$1"; shift; exec "$@"' sh "$T/proxy.group" \
    "$support/tls-proxy" "${engine#unix://}" "$T/proxy.port" server.pem server.key ca.pem >"$T/proxy.out" 2>&1 &
wait_until 20 test -s "$T/proxy.port" || fail "no proxy: $(cat "$T/proxy.out")"
address=tcp://127.0.0.1:$(cat "$T/proxy.port")

new_project
the_image
by_tls() { # folder of certificates
    DOCKER_HOST=$address DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=$T/$1
    export DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH
    run_suite pipe
    unset DOCKER_TLS_VERIFY DOCKER_CERT_PATH
    DOCKER_HOST=$engine
}
for source in 'build = "api"' 'compose = "docker-compose.yml"
service = "api"' "image = \"$image\"
run = [\"cat\", \"api/verdict\"]"; do
    the_suite "$source"
    save "A suite"
    by_tls good
    expect_green "an Engine with TLS"
    expect_logged good
done
commit api/file "a change" "A change"
by_tls stranger
expect_same "exit code of one that the Engine does not know" 3 "$status"
expect_text "$T/stranger/cert.pem"
by_tls misled
expect_same "exit code of one that does not know the Engine" 3 "$status"
expect_text "$T/misled/ca.pem"
nothing_is_left
