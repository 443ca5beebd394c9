# shellcheck shell=sh
# Helpers of the tests that run suites in containers; to be sourced instead of lib.sh, which it draws in:
#
#     . "${0%/*}/../support/lib-suite.sh"
#
# With GATE_UNDER_TEST=script it is not gate that is put to the test but the tutorials' script, in the way that the test
# names. That shows that a test can fail: tests/support/fifteen-on-the-script.
#
# Everything that a test makes in the Engine bears a label of the test's own, so that it can be found, counted and removed
# beside whatever else goes on there.
under_test=${GATE_UNDER_TEST:-gate}
given_folder_=${TEST_DIR:-}
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

mark=$$-$(date +%s%N)
label=gate-test=$mark
app=app$$                            # name of the project's folder, and so of the tutorials' compose project
port=$((10000 + $$ % 20000))         # that the project publishes
lasting_host_=${DOCKER_HOST:-}       # of the Engine that is not the test's own
status=                              # of the last suite that ended

# ---------------------------------------------------------------------------------------------------- leaving no trace

clean_up_() {
    trap '' INT TERM HUP
    for file_ in "$T"/*.group; do
        [ ! -f "$file_" ] || kill -KILL "-$(cat "$file_")" 2>/dev/null || :
    done
    [ ! -d "$T/engine" ] || engine_end_
    DOCKER_HOST=$lasting_host_
    [ -n "$DOCKER_HOST" ] || unset DOCKER_HOST
    # A watchdog may be at the same work: what is gone already is no trouble.
    for round_ in once again; do
        echo "removing, $round_"
        docker ps -aq --filter "label=$label" | xargs -r docker rm -fv
        docker network ls -q --filter "label=$label" | xargs -r docker network rm
        docker volume ls -q --filter "label=$label" | xargs -r docker volume rm -f
        docker images -q --filter "label=$label" | sort -u | xargs -r docker rmi -f
        for id_ in $(repository_ids_); do
            docker volume ls -q --filter "label=io.gate.cache=$id_" | xargs -r docker volume rm -f
        done
    done >/dev/null 2>&1 || :
    [ -n "$given_folder_" ] || rm -rf "$T"
}

# What gate calls the repositories of this test where things of theirs outlive a run.
repository_ids_() {
    find "$T" -type d -name gate -path '*.git/gate' | while read -r things_; do
        printf '%s' "$(cd "$things_" && pwd -P)" | sha256sum | cut -c 1-12
    done
}
trap clean_up_ EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# --------------------------------------------------------------------------------------------------------- the project

# A repository in $T/$app (or $T/FOLDER/$app) in the shape of the tutorials' project, of busybox, so that it costs little: an API
# behind a proxy that publishes a port. `python manage.py test` runs the shell script api/manage.py, which by default
# passes while api/verdict holds "good". The test then stands in it, on branch feature, everything committed.
new_project() {
    new_project_in .
}

new_project_in() { # folder
    here_=$(realpath -m "$T/$1/$app")
    mkdir -p "$here_"
    new_remote "$here_.git"
    git init -q --initial-branch=feature "$here_"
    cd "$here_" || exit 1
    git remote add origin "$here_.git"
    mkdir api nginx
    for part_ in api nginx; do
        printf '%s\n' "FROM gate-demo/busybox:1" "LABEL $label" "WORKDIR /usr/src/app" "COPY . ." "COPY python hold /bin/" \
            'CMD ["sh", "serve"]' >$part_/Dockerfile
        # shellcheck disable=SC2016 # of the image
        printf '%s\n' '#!/bin/sh' 'exec sh "$@"' >$part_/python
        # A test that waits until it is told to go on: see wait_for_hold and let_go.
        printf '%s\n' '#!/bin/sh' 'touch /held' 'until [ -e /go ]; do sleep 0.1; done' >$part_/hold
        # A server that ends when it is asked to.
        printf '%s\n' 'trap "exit 0" TERM' 'httpd -p 80 -h /usr/src/app' 'while :; do sleep 0.1; done' >$part_/serve
        chmod +x $part_/python $part_/hold
    done
    echo good >api/verdict
    the_tests 'cat verdict; grep -q good verdict'
    the_services "  api:" "    build: ./api" \
        "  nginx:" "    build: ./nginx" "    restart: always" "    ports: ['$port:80']" "    depends_on: [api]"
    the_suite 'compose = "docker-compose.yml"' 'service = "api"'
    save "The beginning"
}

the_tests() { # shell code of api/manage.py
    printf '%s\n' "$1" >api/manage.py
}

the_suite() { # lines of [suite.api]; `run` (or `shell`) and `timeout` need not be given
    printf '%s\n' 'schema = 1' 'requires = ">=0.1"' '[suite.api]' "$@" >gate.toml
    grep -q '^run\|^shell' gate.toml || echo 'run = ["python", "manage.py", "test"]' >>gate.toml
    grep -q '^timeout' gate.toml || echo 'timeout = "90s"' >>gate.toml
}

# An image of the test's own, with what api/ has at its top: its name is in $image. For suites that build none. Made anew, it
# takes the name from the one before, which gets another.
the_image() {
    image=gate-test/$app:$mark
    docker tag "$image" "$image-$(date +%N)" 2>/dev/null || :
    docker build -q -t "$image" api >/dev/null || fail "there is no image $image"
}

# The compose file: the lines of these services, each of which gets the test's label, and a network that has it, too.
the_services() { # lines...
    {
        printf '%s\n' 'version: "3.7"' 'services:'
        printf '%s\n' "$@" | sed "s/^  [a-z][a-z0-9_-]*:.*/&\\n    labels: ['$label']/"
        printf '%s\n' 'networks:' '  default:' "    labels: ['$label']"
    } >docker-compose.yml
}

save() { # message
    git add -A
    git commit -q -m "$1"
}

# ------------------------------------------------------------------------------------------- running what is under test

# The thing under test judges HEAD, in a session and process group of its own. `way` is how the script is run:
#   hook      as pre-push hook of `git push origin feature`; gate, too
#   pipe      by bash, without a terminal
#   sh        by sh, as its first line has it
#   pty       by bash on a terminal, where it works best
#   detached  no script but two lines of the same kind, for a suite of one image: build it, run it with -d
# gate is run as `gate check`, except for `hook`; with `terminal` it is on one, and what it reads are the bytes that the
# test writes into $T/keys.
# shellcheck disable=SC2016 # expanded by the inner shell
start_suite() { # name way
    name_=$1 way_=$2
    input_=/dev/null
    rm -f "$T/$name_.group"
    [ "$under_test" = script ] || trusted || : # what is wrong with the policy is said by what is under test
    case $under_test-$way_ in
    gate-hook) gate install >/dev/null && set -- git push origin feature ;;
    gate-*) set -- gate check --branch feature ;;
    script-hook)
        mkdir -p .git/hooks
        printf '%s\n' '#!/bin/sh' "exec bash '$support/tutorial/test.sh'" >.git/hooks/pre-push
        chmod +x .git/hooks/pre-push
        set -- git push origin feature
        ;;
    script-pipe) set -- bash "$support/tutorial/test.sh" ;;
    script-sh) set -- sh "$support/tutorial/test.sh" ;;
    script-pty) set -- bash "$support/tutorial/test.sh" ;;
    script-detached) set -- sh -c 'docker build -q -t "gate-test:$1" api && docker container run -d "gate-test:$1" python manage.py test' sh "$mark" ;;
    *) fail "there is no way '$way_'" ;;
    esac
    set -- sh -c 'echo $$ >"$1.new" && echo $$ >>"$2" && mv "$1.new" "$1" && shift 2 && exec "$@"' sh "$T/$name_.group" "$T/processes" "$@"
    if [ "$under_test-$way_" = script-pty ] || [ "$way_" = terminal ]; then
        command_=
        for word_; do command_="$command_ '$(printf %s "$word_" | sed "s/'/'\\\\''/g")'"; done
        set -- script -qec "$command_" /dev/null
        [ ! -p "$T/keys" ] || input_=$T/keys
    fi
    # INT is ignored in what a shell starts in the background, unless told otherwise.
    setsid env --default-signal=INT,QUIT "$@" <"$input_" >"$T/$name_.out" 2>&1 &
    eval "process_$name_=\$!"
}

# Waits for its end; how it ended is in $status, and what it said in $out.
finish_suite() { # name
    status=0
    eval "wait \"\$process_$1\"" || status=$?
    rm -f "$T/$1.group"
    cp "$T/$1.out" "$out"
    echo "--- $1 ended with $status:"
    cat "$out"
    echo
}

run_suite() { # way
    start_suite only "$1"
    finish_suite only
}

group_of() { # name -> process group of what is under test
    wait_until 10 test -s "$T/$1.group" || fail "$1 was not started"
    cat "$T/$1.group"
}

kill_suite() { # signal name
    kill "-$1" "-$(group_of "$2")"
}

# run_suite, with every program of these names that is started written down in $T/calls.
run_suite_spied() { # way programs...
    way_spied_=$1
    shift
    mkdir -p "$T/spy"
    for program_; do
        [ ! -e "$T/spy/$program_" ] || continue # a program that changes is another one
        printf '%s\n' '#!/bin/sh' "echo '$program_' \"\$*\" >>'$T/calls'" "exec '$(command -v "$program_")' \"\$@\"" >"$T/spy/$program_"
        chmod +x "$T/spy/$program_"
    done
    : >"$T/calls"
    path_=$PATH
    PATH=$T/spy:$PATH
    run_suite "$way_spied_"
    PATH=$path_
}

expect_green() { # what
    [ "$status" -eq 0 ] || fail "$1 was refused"
}

expect_red() { # what
    [ "$status" -ne 0 ] || fail "$1 was let through"
    [ "$under_test" = script ] || expect_same "exit code of $1" 1 "$status"
}

# --------------------------------------------------------------------------------------------------- what the Engine has

# What the suite's runs have put out, all of it.
logged() { # text of a whole line [suite]
    cat .git/gate/logs/*"-${2:-api}"*.log 2>/dev/null | tr -d '\r' | grep -qxF -e "$1"
}

expect_logged() { # text of a whole line [suite]
    logged "$@" || fail "no run of ${2:-api} has put out \"$1\""
}

says() { # name text -> does what was started under this name say so by now?
    grep -qF -e "$2" "$T/$1.out"
}

# Looks several times a second.
wait_until() { # seconds command...
    deadline_=$(($(date +%s) + $1))
    shift
    until "$@"; do
        [ "$(date +%s)" -lt "$deadline_" ] || return 1
        sleep 0.1
    done
}

containers() { # -> those that run
    docker ps -q --filter "label=$label"
}

container_of() { # service -> its container
    docker ps -q --filter "label=$label" --filter "label=com.docker.compose.service=$1"
}

held() { # -> the containers whose test waits in `hold`
    for id_ in $(containers); do
        ! docker exec "$id_" test -e /held >/dev/null 2>&1 || echo "$id_" # docker complains on either stream
    done
}

holds() { # number
    [ "$(held | wc -l)" -ge "$1" ]
}

wait_for_hold() { # number
    wait_until 60 holds "$1" || fail "$1 tests should be running now, each in a container of its own"
}

# The Engine may fail to start a process in a container that has just been started.
told_to_go_() { # container
    docker exec "$1" touch /go >/dev/null 2>&1 || ! docker inspect "$1" >/dev/null 2>&1
}
let_go() { # containers...
    for id_; do wait_until 10 told_to_go_ "$id_" || :; done
}

# What this test has made and what should be gone after a run: what bears its label, or the process of one of its gates.
left() {
    {
        docker ps -a --format '{{.Label "gate-test"}}|{{.Label "io.gate.pid"}}|container {{.Names}} {{.Status}}'
        docker network ls --format '{{.Label "gate-test"}}|{{.Label "io.gate.pid"}}|network {{.Name}}'
        docker volume ls --format '{{.Label "gate-test"}}|{{.Label "io.gate.pid"}}|volume {{.Name}}'
    } | awk -F '|' -v mark="$mark" -v processes="$(paste -sd ' ' "$T/processes" 2>/dev/null)" '
        BEGIN { many = split(processes, list, " "); for (i = 1; i <= many; ++i) own[list[i]] = 1 }
        $1 == mark || $2 in own { print $3 }'
    docker images --filter "label=$label" --filter dangling=true --format 'dangling image {{.ID}}'
    docker images --filter "label=$label" --format 'image {{.Repository}}:{{.Tag}}' | grep gate-run/ || :
}

nothing_left_() { [ -z "$(left)" ]; }

# At once: where nobody removes anything any more.
expect_gone() {
    expect_gone_within 0
}

expect_gone_within() { # seconds
    wait_until "$1" nothing_left_ || fail "left behind: $(left | tr '\n' ';')"
}

# gate ends with the verdict, and what it has made is removed by another process: not at once, but soon.
nothing_is_left() {
    expect_gone_within 15
}

# The suite is refused before anything is started, and each of these texts is in the refusal.
expect_refused() { # texts...
    since_=$(date +%s.%N)
    run_suite pipe
    expect_same "exit code" 1 "$status"
    expect_text "suite api refused"
    for text_; do expect_text "$text_"; done
    started_=$(docker events --since "$since_" --until "$(date +%s.%N)" --filter "label=$label" --format '{{.Type}} {{.Action}}')
    [ -z "$started_" ] || fail "something was started: $started_"
    nothing_is_left
    expect_nothing_left
}

# ------------------------------------------------------------------------------------------- an Engine of the test's own

# Its network is its own, too: a second Engine in the network namespace of the first would take its bridge away. The
# containerd is not dockerd's child: so dockerd can be killed, and started again, without it.
own_engine() {
    mkdir -p "$T/engine"
    exec_root_=$(mktemp -d /tmp/gate-exec.XXXXXX) # it holds sockets, whose paths have at most 107 bytes
    start_daemon_ containerd containerd --root "$T/engine/containerd-root" --state "$T/engine/containerd-state" \
        --address "$T/engine/containerd.sock" --log-level error
    wait_until 30 test -S "$T/engine/containerd.sock" || skip "no containerd of the test's own: $(tail -n 1 "$T/engine/containerd.log")"
    start_own_dockerd
    docker -H "unix://$T/engine/docker.sock" image inspect gate-demo/busybox:1 >/dev/null 2>&1 ||
        docker save gate-demo/busybox:1 | docker -H "unix://$T/engine/docker.sock" load -q
    DOCKER_HOST=unix://$T/engine/docker.sock
    export DOCKER_HOST
}

start_own_dockerd() {
    rm -f "$T/engine/dockerd.pid"
    set -- unshare --net
    [ -z "${OWN_WORLD:-}" ] || set -- # see lib-registry.sh: there the network is the test's own already, and the registries are in it
    # shellcheck disable=SC2016 # expanded by the inner shell
    start_daemon_ dockerd "$@" sh -c 'ip link set lo up; exec "$@"' sh \
        dockerd --containerd "$T/engine/containerd.sock" --data-root "$T/engine/data" --exec-root "$exec_root_" \
        --pidfile "$T/engine/dockerd.pid" -H "unix://$T/engine/docker.sock" --log-level error
    wait_until 60 own_engine_answers || skip "no dockerd of the test's own: $(tail -n 1 "$T/engine/dockerd.log")"
}

own_engine_answers() {
    timeout -k 1 5 docker -H "unix://$T/engine/docker.sock" version >/dev/null 2>&1
}

start_daemon_() { # name command...
    name_=$1
    shift
    # shellcheck disable=SC2016 # expanded by the inner shell
    setsid sh -c 'echo $$ >"$1"; shift; exec "$@"' sh "$T/engine/$name_.process" "$@" </dev/null >>"$T/engine/$name_.log" 2>&1 &
    wait_until 10 test -s "$T/engine/$name_.process"
}

own_dockerd() { # -> its process
    cat "$T/engine/dockerd.process"
}

engine_end_() {
    own_=unix://$T/engine/docker.sock
    kill -CONT "$(own_dockerd)" 2>/dev/null || :
    timeout 10 docker -H "$own_" ps -aq 2>/dev/null | timeout 10 xargs -r docker -H "$own_" rm -f >/dev/null 2>&1 || :
    for name_ in dockerd containerd; do
        [ -f "$T/engine/$name_.process" ] || continue
        id_=$(cat "$T/engine/$name_.process")
        kill -TERM "$id_" 2>/dev/null || :
        wait_until 20 ended_ "$id_" || kill -KILL "$id_" 2>/dev/null || :
    done
    # Shims outlive their containerd when it was killed; each names its socket's containerd in its arguments.
    grep -lsF "$T/engine/containerd.sock" /proc/[0-9]*/cmdline | cut -d/ -f3 | xargs -r kill -KILL 2>/dev/null || :
    for top_ in "$T/engine" "$exec_root_"; do
        awk -v at="$top_/" 'index($2, at) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l 2>/dev/null || :
        rm -rf "$top_"
    done
}

ended_() { # process: a zombie has ended
    case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) in '' | Z*) return 0 ;; *) return 1 ;; esac
}
