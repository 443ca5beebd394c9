# shellcheck shell=sh
# Helpers of the tests that publish; to be sourced after lib.sh or lib-suite.sh:
#
#     . "${0%/*}/../support/lib.sh"
#     . "$support/lib-registry.sh"
#
# All servers listen on loopback or in the test's own network, keep their things in $T/servers and end with the test.
: "${support:?lib.sh has not been sourced}" "${this_script_:?}"
servers=$T/servers
mkdir -p "$servers"
registry=   # HOST:PORT of the real one, set by start_registry
REGISTRY=   # where the test's policy publishes to: that one, or what has been put in front of it
export REGISTRY
login_=
registry_tls_=
: "${mark:=$$-$(date +%s%N)}"
: "${label:=gate-test=$mark}" # of every image that the test makes
: "${lasting_host_=${DOCKER_HOST:-}}"

# ---------------------------------------------------------------------------------------------------- leaving no trace

end_of_registry_test_() {
    trap '' INT TERM HUP
    for file_ in "$servers"/*.pid; do
        [ ! -f "$file_" ] || stop_server "$(basename "$file_" .pid)" || :
    done
    # What was tagged for a registry of the test's own is nobody else's.
    DOCKER_HOST=$lasting_host_
    [ -n "$DOCKER_HOST" ] || unset DOCKER_HOST
    for file_ in "$servers"/*.host; do
        [ ! -f "$file_" ] || docker images --format '{{.Repository}}:{{.Tag}}' "$(cat "$file_")/*" | grep -v ':<none>$' |
            xargs -r docker rmi
    done >/dev/null 2>&1 || :
    docker images -q --filter "label=$label" 2>/dev/null | sort -u | xargs -r docker rmi -f >/dev/null 2>&1 || :
    if command -v clean_up_ >/dev/null; then
        clean_up_
    elif [ -n "$own_folder_" ]; then
        rm -rf "$T"
    fi
}
trap end_of_registry_test_ EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# -------------------------------------------------------------------------------------------------------------- servers

start_server_() { # name command...
    server_=$1
    shift
    "$@" </dev/null >>"$servers/$server_.log" 2>&1 &
    echo $! >"$servers/$server_.pid"
}

# With KILL instead of TERM it is cut off in what it does.
stop_server() { # name [signal]
    server_=$(cat "$servers/$1.pid")
    rm -f "$servers/$1.pid"
    kill "-${2:-TERM}" "$server_" 2>/dev/null || :
    tries_=100
    while running_ "$server_"; do
        [ "$tries_" -gt 0 ] || kill -KILL "$server_"
        tries_=$((tries_ - 1))
        sleep 0.05
    done
}

running_() { # process: a zombie has ended
    case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) in '' | Z*) return 1 ;; esac
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# A python3 that has botocore, by which the fake of AWS checks signatures: Debian's python3-botocore is for Debian's own.
find_stand_python_() { # kind
    [ "$1" = ecr ] || { [ -n "$stand_python_" ] || stand_python_=python3; return 0; }
    for stand_python_ in python3 /usr/bin/python3; do
        ! "$stand_python_" -c 'import botocore.auth' 2>/dev/null || return 0
    done
    skip "no python3 here has botocore: apt-get install python3-botocore"
}
stand_python_=

# A fake of tests/support/fake-server, under a name of the test's own; $address is where it listens.
start_fake() { # name kind options...
    fake_=$1 kind_=$2
    shift 2
    find_stand_python_ "$kind_"
    rm -f "$servers/$fake_.port"
    start_server_ "$fake_" "$stand_python_" "$support/fake-server" "$kind_" "$servers/$fake_" "$@"
    wait_for_port_ "$fake_"
}

wait_for_port_() { # name
    tries_=200
    until [ -s "$servers/$1.port" ]; do
        if ! running_ "$(cat "$servers/$1.pid")" || [ "$tries_" -eq 0 ]; then
            fail "no $1: $(cat "$servers/$1.log")"
        fi
        tries_=$((tries_ - 1))
        sleep 0.05
    done
    address=127.0.0.1:$(cat "$servers/$1.port")
}

# Puts something called `cutter` between gate and $REGISTRY, which is its address from then on: it cuts connections, after so many
# bytes each as cuts says.
start_cutter() {
    start_server_ cutter "$support/cutting-proxy" "$servers/cutter" "$REGISTRY"
    wait_for_port_ cutter
    REGISTRY=$address
    echo "$REGISTRY" >"$servers/cutter.host"
}

cuts() { # bytes...
    [ $# -eq 0 ] || printf '%s\n' "$@" >"$servers/cutter.cuts.given"
    [ $# -gt 0 ] || : >"$servers/cutter.cuts.given"
    mv "$servers/cutter.cuts.given" "$servers/cutter.cuts"
}

# What goes wrong in a fake from now on, instead of what went wrong before; an argument for each line, as fake-server has it:
# METHOD PATTERN ACTION [TIMES]. Without lines all is well again.
faults() { # name lines...
    fake_=$1
    shift
    : >"$servers/$fake_.faults.new"
    [ $# -eq 0 ] || printf '%s\n' "$@" >"$servers/$fake_.faults.new"
    mv "$servers/$fake_.faults.new" "$servers/$fake_.faults"
}

lines_with_() { # file pattern
    if [ -f "$1" ]; then grep -c -e "$2" "$1" || :; else echo 0; fi
}

requests() { # name [pattern] -> how often a fake was asked something of which "METHOD PATH" contains the pattern
    lines_with_ "$servers/$1.requests" "${2:-}"
}

answers() { # name pattern -> how often it answered something of which "STATUS METHOD PATH" contains the pattern
    lines_with_ "$servers/$1.answers" "${2:-}"
}

expect_requests() { # number name [pattern]
    expect_same "requests of $2 with ${3:-}" "$1" "$(requests "$2" "${3:-}")"
}

wait_for_request() { # name pattern: it may be hanging there by now
    tries_=600
    until [ "$(requests "$1" "$2")" -gt 0 ] 2>/dev/null; do
        [ "$tries_" -gt 0 ] || fail "$1 was not asked $2 within 30 s"
        tries_=$((tries_ - 1))
        sleep 0.05
    done
}

# ---------------------------------------------------------------------------------------------------------- the registry

# Debian's docker-registry, on a free port of loopback. After stop_registry it comes back in the same place with what it had.
start_registry() { # [--auth USER:PASSWORD]
    login_=
    [ "${1:-}" != --auth ] || login_=$2
    command -v docker-registry >/dev/null || skip "docker-registry is not installed"
    given_=$registry tries_=5
    until start_registry_at_ "${given_:-127.0.0.1:$(free_port)}"; do
        tries_=$((tries_ - 1)) # somebody else had that port first, perhaps
        [ "$tries_" -gt 0 ] || fail "no registry: $(tail -n 3 "$servers/registry.log")"
    done
    REGISTRY=$registry
    echo "$registry" >"$servers/registry.host"
}

start_registry_at_() { # host:port
    {
        printf '%s\n' 'version: 0.1' 'log: {level: info, accesslog: {disabled: true}}' \
            "storage: {filesystem: {rootdirectory: '$servers/registry.d'}}" "http: {addr: '$1'$registry_tls_}"
        [ -z "$login_" ] ||
            printf '%s\n' "auth: {htpasswd: {realm: basic-realm, path: '$servers/registry.users'}}"
    } >"$servers/registry.yml"
    [ -z "$login_" ] || printf '%s' "$login_" | python3 -W ignore -c '
import crypt, sys
user, password = sys.stdin.read().split(":", 1)
print(user + ":" + crypt.crypt(password, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)))' >"$servers/registry.users"
    : >"$servers/registry.log"
    # It would take REGISTRY_... of the environment for settings.
    start_server_ registry env -i "PATH=$PATH" docker-registry serve "$servers/registry.yml"
    tries_up_=200
    until grep -qF "listening on $1" "$servers/registry.log"; do
        if ! running_ "$(cat "$servers/registry.pid")" || [ "$tries_up_" -eq 0 ]; then
            stop_server registry
            return 1
        fi
        tries_up_=$((tries_up_ - 1))
        sleep 0.05
    done
    registry=$1
    registry_says alive || fail "the registry does not answer"
}

stop_registry() { # [signal]
    stop_server registry "$@"
}

registry_says() { # see the program
    REGISTRY_LOGIN=$login_ "$support/registry-says" "$registry" "$@"
}

registry_digest() { # repository tag -> digest of the manifest, or "none"
    registry_says digest "$@"
}

registry_image_id() { # repository tag -> the image's id in an Engine, or "none"
    registry_says config "$@"
}

registry_tags() { # repository -> a line each, or "none"
    registry_says tags "$@"
}

# For this test alone: what docker knows of registries. How to reach the Engine is taken over.
docker_knows() { # registry USER:PASSWORD
    mkdir -p "$T/docker"
    [ "$DOCKER_CONFIG" = "$T/docker" ] || [ ! -d "$DOCKER_CONFIG/contexts" ] || cp -R "$DOCKER_CONFIG/contexts" "$T/docker/"
    printf '%s' "$2" | python3 -c '
import base64, json, os, sys
target, registry, old = sys.argv[1:]
known = {"auths": {}}
for path, keys in ((old, ["currentContext"]), (target, ["currentContext", "auths"])):
    if os.path.exists(path):
        known.update((key, value) for key, value in json.load(open(path)).items() if key in keys)
known["auths"][registry] = {"auth": base64.b64encode(sys.stdin.buffer.read()).decode()}
with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
    json.dump(known, file)' "$T/docker/config.json" "$1" "$DOCKER_CONFIG/config.json"
    DOCKER_CONFIG=$T/docker
}

# Puts a fake called `proxy` between gate and the registry: $REGISTRY is its address, and faults proxy ... makes things go wrong.
start_proxy() {
    start_fake proxy registry --upstream "$registry"
    REGISTRY=$address
    echo "$REGISTRY" >"$servers/proxy.host"
}

# A builder that is POSTed to, called `trigger`: its URL is $trigger_url, a secret.
# shellcheck disable=SC2034 # for the tests
start_trigger() {
    trigger_path_=/api/build/v1/source/canary-source-$mark/trigger/canary-trigger-$mark/call/
    if [ -n "${OWN_WORLD:-}" ]; then
        start_fake trigger trigger --listen 10.99.0.4:443 --tls "$T/world/server.pem" "$T/world/server.key"
        trigger_url=https://hub.docker.com$trigger_path_
    else
        start_fake trigger trigger
        trigger_url=http://$address$trigger_path_
    fi
}

# A server that is told of publications, called `webhook`: its URL is $webhook_url, a secret.
# shellcheck disable=SC2034 # for the tests
start_webhook() {
    start_fake webhook webhook
    webhook_url=http://$address/deploy/canary-webhook-$mark
}

webhook_says() { # Python expression over `bodies` (what came, parsed) and `heads`
    python3 -c '
import json, sys
top, expression = sys.argv[1:]
bodies, heads = ([json.loads(line) for line in open(top + end)] for end in (".bodies", ".heads"))
print(eval(expression))' "$servers/webhook" "$1"
}

# shellcheck source-path=SCRIPTDIR source=../support/lib-world.sh
. "$support/lib-world.sh"

# ------------------------------------------------------------------------------------------------------------ repositories

# new_repo, with a suite that passes while `verdict` holds "good", whose image is published as $REGISTRY/app for merges into
# staging. development and staging are on the remote and tracked; the test stands on development.
new_repo_with_publishing() { # lines of [publish.api], instead of those here
    new_repo
    printf '%s\n' 'FROM gate-demo/busybox:1' "LABEL $label" 'WORKDIR /tree' 'COPY . .' >Dockerfile
    add_suite
    [ $# -gt 0 ] || set -- 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]'
    printf '%s\n' '' '[publish.api]' "$@" >>gate.toml
    printf 'good\n' >verdict
    git add -A
    git commit -q -m "A suite, and where its image goes"
    smuggle origin master
    for branch_ in staging development; do
        git switch -q -c "$branch_" master
        smuggle -u origin "$branch_"
    done
}

# ------------------------------------------------------------------------------------------------------------ publications

# development has one commit more, and staging is fast-forwarded to it: whatever comes of the publication, the merge stands.
# The test then stands on staging; $commit is what is to be published.
merge_into_staging() { # text
    git switch -q development
    commit file "$1" "$1"
    smuggle origin development
    git switch -q staging
    expect_exit 0 git merge -q development
    commit=$(oid HEAD)
    expect_same "the merge" "$(oid development)" "$commit"
}

# The same, unseen by any hook.
merge_into_staging_unseen() { # text
    git switch -q development
    commit file "$1" "$1"
    smuggle origin development
    git switch -q staging
    git -c core.hooksPath=/dev/null merge -q development
    commit=$(oid HEAD)
}

# gate publish can't go on: one plain sentence that has this text, exit code 3; it stays pending, and --list says why.
expect_held_up() { # text [command...]
    text_=$1
    shift
    [ $# -gt 0 ] || set -- gate publish
    expect_exit 3 "$@"
    expect_text "$text_"
    # shellcheck disable=SC2154 # of lib.sh
    expect_plain "$out"
    expect_same "sentences" 1 "$(grep -c '^gate: .*: not published' "$out")"
    expect_pending "$text_"
}

# The same, where how it is put is somebody else's: an Engine's, a server's. What gate publish said is in $T/said-before.
expect_not_yet() { # [texts that it says...]
    expect_exit 3 gate publish
    cp "$out" "$T/said-before"
    expect_text "not published"
    for text_; do expect_text "$text_"; done
    expect_plain "$out"
    expect_no_text "canary"
    expect_pending
    expect_no_text "canary"
}

expect_pending() { # [text of the reason]
    expect_exit 0 gate publish --list
    grep -Eq '^#[0-9]+  (pending|pushed, waits)  ' "$out" || fail "it is not pending"
    [ $# -eq 0 ] || expect_text "$1"
    [ -f "$(gate_folder)/pending" ] || fail "there is no marker"
}

# Runs it, and keeps what it says, and with what each child is started (arguments, and environment), for expect_no_secret.
watched() { # code command...
    watched_=$((${watched_:-0} + 1))
    code_=$1
    shift
    expect_exit "$code_" strace -f -qq -v -s 99999 -e trace=execve -e signal=none -o "$T/trace.$watched_" -- "$@"
    cp "$out" "$T/said.$watched_"
}

expect_no_secret() { # secrets...
    printf '%s\n' "$@" >"$T/secrets"
    docker images -q --filter "label=$label" | sort -u >"$T/images"
    xargs -r docker inspect <"$T/images" >"$T/said.inspect" 2>&1 || :
    xargs -r -n 1 docker history --no-trunc <"$T/images" >"$T/said.history" 2>&1 || :
    "$support/secrets-in" "$T/secrets" "$T"/said.* "$T"/trace.* "$T/repo" "$TMPDIR" "$HOME" || fail "a secret can be read"
}

# The ledger on the git remote.
ledger_refs() { # [repository] -> names of its refs
    git --git-dir "${1:-$T/remote.git}" for-each-ref --format='%(refname)' refs/gate/published/
}

ledger_text() { # [repository] -> all that was ever written into it
    ledger_refs "$@" | while read -r ref_; do git --git-dir "${1:-$T/remote.git}" log --format='%an <%ae>%n%B' "$ref_"; done
}

# What the branch tag has shown, in this order, as commits; by what a fake in front of the registry has seen.
moves_of_tag() { # repository tag commits...
    moved_=$1 tag_=$2
    shift 2
    for commit_; do echo "$(registry_digest "$moved_" "$commit_") $commit_"; done >"$T/digests"
    awk -v repository="$moved_" -v tag="$tag_" 'FNR == NR { commit[$1] = $2; next }
        $1 == repository && $2 == tag { print ($3 in commit ? commit[$3] : "unknown") }' "$T/digests" "$servers/proxy.puts"
}

# Once nothing is the matter any more and the remote has the commit, gate publish finishes it, and leaves nothing behind.
expect_finished() { # of the repository $published_as, or app
    smuggle origin staging
    expect_exit 0 gate publish
    expect_all_published
}

expect_all_published() {
    expect_exit 0 gate publish --list
    ! grep '^#' "$out" | grep -v '  published  ' || fail "not all is published"
    expect_same "the branch tag" "$(registry_digest "${published_as:-app}" "$commit")" "$(registry_digest "${published_as:-app}" staging)"
    [ "$(registry_digest "${published_as:-app}" "$commit")" != none ] || fail "the registry has no $commit"
    [ ! -f "$(gate_folder)/pending" ] || fail "the marker is still there"
    expect_no_names "$REGISTRY/${published_as:-app}"
    expect_nothing_left
}

expect_no_names() { # repository in the Engine, as far as it is the test's own
    expect_same "names in the Engine" "" "$(docker images --format '{{.Repository}}:{{.Tag}} {{.Digest}}' "$1")"
    expect_same "kept for a publication" "" "$(docker images --filter "label=$label" --format '{{.Repository}}:{{.Tag}}' 'gate-publish/*')"
}

# In the background, with a Ctrl-C that works; how it ended is in $status after the second, and what it said in $out.
start_publish() { # name [command...]
    started_=$1
    shift
    [ $# -gt 0 ] || set -- gate publish
    setsid env --default-signal=INT,QUIT "$@" </dev/null >"$T/$started_.out" 2>&1 &
    eval "process_$started_=\$!"
}

end_of_publish() { # name
    status=0
    eval "wait \"\$process_$1\"" || status=$?
    cp "$T/$1.out" "$out"
    echo "--- $1 ended with $status:"
    cat "$out"
}

# gate publish waits for somebody else who publishes there, and says so; nobody waits longer than that here.
expect_waits() { # text that it says
    start_publish waiting
    tries_=300
    until grep -qF -e "$1" "$T/waiting.out" 2>/dev/null; do
        [ "$tries_" -gt 0 ] || break
        tries_=$((tries_ - 1))
        sleep 0.1
    done
    # shellcheck disable=SC2154 # of start_publish
    kill -INT "$process_waiting"
    end_of_publish waiting
    expect_same "end of one that waits and is interrupted" 130 "$status"
    expect_text "$1"
    cp "$out" "$T/said-before"
    expect_pending
}

# The calls of a trace before which it is worth to be killed, "NAME NUMBER" a line, as strace's inject= counts them: thirty at most,
# evenly spread. With the sanitizers each takes three times as long: then half of them, which the release build is killed at, too.
points_of() { # trace
    # Of writes into one file in a row the last one stands for all: SQLite takes them back together. The sanitizers see by a write of
    # their own into a pipe whether memory can be read.
    awk '/^---/ { next }
        { name = $0; sub(/\(.*/, "", name); count[name]++ }
        name == "openat" && !/O_CREAT/ || /^writev?\([12],/ || /^write\([0-9]+, "(\\0)+.*, 16\) += 16$/ { next }
        { file = $0; sub(/,.*/, "", file) }
        point && (name != "pwrite64" || file != last) { print point }
        { point = name " " count[name]; last = file }
        END { print point }' "$1" >"$T/all-points"
    every_=$((($(wc -l <"$T/all-points") + 29) / 30))
    ! grep -q __asan_init "$GATE" || every_=$((every_ * 2))
    awk -v every="$every_" 'NR % every == 1 % every' "$T/all-points"
}
