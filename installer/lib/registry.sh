# shellcheck shell=sh
# An image registry for demos and tests; to be sourced, by POSIX sh or bash:
#
#     registry_fetch                    puts Debian's docker-registry on the PATH: the one that is installed, else one that is
#                                       only unpacked, into a cache. Installing the package would start a service on port 5000.
#     registry_start FOLDER             starts one on loopback that keeps its things in FOLDER; sets $REGISTRY_ADDRESS
#     registry_stop FOLDER              ends it

registry_fetch() {
    command -v docker-registry >/dev/null 2>&1 && return 0
    registry_cache_=${XDG_CACHE_HOME:-$HOME/.cache}/gate/docker-registry
    if [ ! -x "$registry_cache_/usr/bin/docker-registry" ]; then
        echo "Fetching docker-registry, the image registry that is published to (it is unpacked into $registry_cache_, not installed)"
        registry_unpack_ "$registry_cache_" || return 1
    fi
    PATH=$PATH:$registry_cache_/usr/bin
    export PATH
}

registry_unpack_() { # folder
    mkdir -p "$(dirname "$1")" || return 1
    registry_new_=$(mktemp -d "$1.XXXXXX") || return 1
    if registry_download_ "$registry_new_" && dpkg-deb -x "$registry_new_"/docker-registry_*.deb "$registry_new_/tree" &&
        rm -rf "$1" && mv "$registry_new_/tree" "$1"; then
        rm -rf "$registry_new_"
        return 0
    fi
    rm -rf "$registry_new_"
    echo "docker-registry could not be fetched with apt-get, and it is not installed" >&2
    return 1
}

# The lists may be old, or not there at all.
registry_download_() { # folder
    (
        cd "$1" || exit 1
        apt-get -q download docker-registry >/dev/null 2>&1 && exit 0
        root_=
        [ "$(id -u)" -eq 0 ] || root_=sudo
        $root_ apt-get -q update >/dev/null 2>&1 </dev/null && apt-get -q download docker-registry >/dev/null 2>&1
    )
}

# A free port is found by trying: the registry says at once when somebody has it.
registry_start() { # folder
    mkdir -p "$1" || return 1
    for registry_try_ in 1 2 3 4 5 6 7 8 9 10; do
        REGISTRY_ADDRESS=127.0.0.1:$((20000 + ($$ * 7 + registry_try_ * 997) % 20000))
        printf '%s\n' 'version: 0.1' 'log: { level: error, accesslog: { disabled: true } }' "storage: { filesystem: { rootdirectory: '$1/data' } }" \
            "http: { addr: '$REGISTRY_ADDRESS' }" >"$1/config.yml"
        docker-registry serve "$1/config.yml" >"$1/log" 2>&1 </dev/null &
        echo $! >"$1/pid"
        for registry_wait_ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
            kill -0 "$(cat "$1/pid")" 2>/dev/null || break
            # The port is open, and it is this process that has it: another one's would have made it end.
            if [ "$registry_wait_" -gt 2 ] && registry_listens_ "$REGISTRY_ADDRESS"; then
                return 0
            fi
            sleep 0.1
        done
        registry_stop "$1"
    done
    echo "docker-registry does not start: $(tail -n 1 "$1/log")" >&2
    return 1
}

# proc(5), /proc/net/tcp: state 0A is LISTEN, addresses are in hex.
registry_listens_() { # 127.0.0.1:port
    grep -q "^ *[0-9]*: 0100007F:$(printf %04X "${1##*:}") 00000000:0000 0A " /proc/net/tcp
}

registry_stop() { # folder
    [ -f "$1/pid" ] || return 0
    kill "$(cat "$1/pid")" 2>/dev/null || :
    wait "$(cat "$1/pid")" 2>/dev/null || :
    rm -f "$1/pid"
}
