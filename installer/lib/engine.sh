# shellcheck shell=sh
# A Docker Engine for a machine that has none running; to be sourced, by POSIX sh or bash:
#
#     engine_answers                 is there one? (never hangs)
#     engine_start                   if not, start one by hand: no systemd needed
#     engine_stop                    stop it, but only if it is the one that we started
#
# What we started is remembered in a file, not in a variable alone, so that another shell (a second run, the test after
# this one) can stop it too, and so that nobody stops an Engine that somebody else started.

: "${ENGINE_DIR:=/var/tmp/gate-engine-$(id -u)}" # dockerd's log and our record
: "${ENGINE_DEADLINE:=60}"                       # seconds an Engine may take to answer, and to end
ENGINE_LOG=$ENGINE_DIR/dockerd.log
ENGINE_RECORD=$ENGINE_DIR/started # "pid start-time" of the dockerd that we started

# A daemon that is stopped or wedged still accepts connections: without `timeout` the client would wait for ever.
engine_answers() {
    command -v docker >/dev/null 2>&1 || return 1
    [ -n "$(timeout -k 1 "${1:-5}" docker version --format '{{.Server.Version}}' 2>/dev/null)" ]
}

# A process is known by its id *and* its start time: ids are used again, after a reboot at the latest.
engine_birth_() { # pid -> start time in clock ticks (field 22 of stat; the name before it may hold spaces)
    [ -r "/proc/$1/stat" ] || return 1
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

engine_ours() { # true, with $ENGINE_PID set, while the Engine that we started is alive
    ENGINE_PID=
    [ -r "$ENGINE_RECORD" ] || return 1
    read -r ENGINE_PID engine_born_ <"$ENGINE_RECORD" || return 1
    [ -n "$engine_born_" ] && [ "$(engine_birth_ "$ENGINE_PID")" = "$engine_born_" ] && return 0
    ENGINE_PID=
    return 1
}

# dockerd refuses to start over a pid file whose number is some living process, even one that has nothing to do with
# Docker (usual in a container, where the numbers are small). It is stale unless that process is a dockerd.
engine_clear_stale_pid_() { # file name-of-the-program
    [ -f "$1" ] || return 0
    engine_old_=$(tr -dc '0-9' <"$1")
    if [ -n "$engine_old_" ] && [ "$(cat "/proc/$engine_old_/comm" 2>/dev/null)" = "$2" ]; then
        return 1
    fi
    rm -f "$1"
}

# Its name can be guessed and anybody may write beside it: root must not write through what somebody else has put there.
engine_directory() {
    (umask 077 && mkdir -p "$ENGINE_DIR") || return 1
    if [ -L "$ENGINE_DIR" ] || [ "$(stat -c %u "$ENGINE_DIR")" != "$(id -u)" ]; then
        echo "$ENGINE_DIR is somebody else's; remove it, or set ENGINE_DIR to another directory" >&2
        return 1
    fi
}

engine_start() { # 0: one answers now. ENGINE_STARTED=1 when it was this call that started it
    ENGINE_STARTED=0
    engine_answers && return 0

    case ${DOCKER_HOST:-} in
    '' | unix:///var/run/docker.sock | unix:///run/docker.sock) ;;
    *)
        echo "No Engine answers at DOCKER_HOST=$DOCKER_HOST, and an Engine elsewhere is not ours to start." >&2
        return 1
        ;;
    esac
    if [ "$(id -u)" -ne 0 ]; then
        echo "No Docker Engine answers, and only root can start one (or you may lack the right to use it: group docker)." >&2
        return 1
    fi
    if ! command -v dockerd >/dev/null 2>&1; then
        echo "No Docker Engine answers and dockerd is not installed: apt-get install docker.io iptables" >&2
        return 1
    fi
    engine_directory || return 1

    # Two that find none answering would start two: the second one waits, and then finds the first one's.
    exec 8>"$ENGINE_DIR/lock"
    if ! flock -w "$ENGINE_DEADLINE" 8; then
        echo "Somebody else has been starting an Engine for $ENGINE_DEADLINE s; see $ENGINE_LOG" >&2
        return 1
    fi
    engine_status_=0
    engine_start_locked_ || engine_status_=$?
    exec 8>&-
    return "$engine_status_"
}

engine_start_locked_() {
    engine_answers && return 0
    if ! engine_ours && ! engine_clear_stale_pid_ /var/run/docker.pid dockerd; then
        # Two daemons on one data directory would ruin it. It may just be starting, so it gets the time below.
        echo "A dockerd (pid $engine_old_) runs already but does not answer yet; waiting for it." >&2
        engine_wait_ "$engine_old_" && return 0
        echo "It still does not answer after $ENGINE_DEADLINE s. Restart it, then try again." >&2
        return 1
    fi

    if [ -z "$ENGINE_PID" ]; then
        # The pid file of the containerd that a killed dockerd left behind must not lead the new one astray.
        engine_clear_stale_pid_ /var/run/docker/containerd/containerd.pid containerd || :
        # setsid: a Ctrl-C in this terminal, or its end, must not end the Engine under running containers.
        # The new shell writes its own id, then *becomes* dockerd, so the record cannot name another process.
        # Descriptors above 2 (a test's pipes, a lock) are closed: a daemon that keeps them would hold up their readers.
        # shellcheck disable=SC2016 # expanded by the inner shell
        setsid sh -c '
            exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
            born=$(sed "s/.*) //" "/proc/$$/stat" | cut -d " " -f 20)
            echo "$$ $born" >"$1.new" && mv "$1.new" "$1" && exec dockerd
        ' sh "$ENGINE_RECORD" </dev/null >"$ENGINE_LOG" 2>&1 &
        engine_tries_=50
        until engine_ours || [ "$engine_tries_" -eq 0 ]; do
            sleep 0.1
            engine_tries_=$((engine_tries_ - 1))
        done
        ENGINE_STARTED=1
    fi
    engine_wait_ "${ENGINE_PID:-none}" && return 0

    if engine_ours; then
        echo "dockerd was started but does not answer after $ENGINE_DEADLINE s. The end of its log ($ENGINE_LOG):" >&2
    else
        echo "dockerd ended by itself instead of answering. The end of its log ($ENGINE_LOG):" >&2
    fi
    tail -n 12 "$ENGINE_LOG" | sed 's/^/    /' >&2
    [ "$ENGINE_STARTED" = 0 ] || engine_stop
    ENGINE_STARTED=0
    return 1
}

engine_wait_() { # pid: until the Engine answers; no longer than that process lives, nor than the deadline
    engine_until_=$(($(date +%s) + ENGINE_DEADLINE))
    until engine_answers 2; do
        [ -d "/proc/$1" ] || return 1
        [ "$(date +%s)" -lt "$engine_until_" ] || return 1
        sleep 0.2
    done
}

engine_stop() { # TERM, so that dockerd stops its containers and containerd in good order; never KILL
    engine_ours || {
        rm -f "$ENGINE_RECORD"
        return 0
    }
    kill -TERM "$ENGINE_PID" 2>/dev/null || :
    engine_until_=$(($(date +%s) + ENGINE_DEADLINE))
    while engine_ours; do
        # A zombie (we are its parent and have not waited yet) has ended.
        case $(sed 's/.*) //' "/proc/$ENGINE_PID/stat" 2>/dev/null) in Z*) break ;; esac
        if [ "$(date +%s)" -ge "$engine_until_" ]; then
            echo "dockerd (pid $ENGINE_PID) has not ended within $ENGINE_DEADLINE s; see $ENGINE_LOG" >&2
            return 1
        fi
        sleep 0.1
    done
    rm -f "$ENGINE_RECORD"
}
