# shellcheck shell=sh
# The Debian packages that gate needs, each with its reason; to be sourced, by POSIX sh or bash:
#
#     packages_for build|test|fuzz|engine|compose     one "package reason" a line
#     packages_missing build test ...            those of them that are not installed
#     packages_install build test ...            installs what is missing, and nothing else

packages_for() {
    case $1 in
    build)
        cat <<'END'
cmake                 configures the build
ninja-build           runs the build
g++                   compiles C++20
pkg-config            finds libraries for cmake
libgit2-dev           reads the repository
libmbedtls-dev        needed to link libgit2 statically
libhttp-parser-dev    needed to link libgit2 statically
libssh2-1-dev         needed to link libgit2 statically
libpcre2-dev          regular expressions of policies
zlib1g-dev            needed to link libgit2 statically
libssl-dev            digests, and signs what AWS is asked
libcurl4-openssl-dev  talks to the Engine and to image registries
libtomlplusplus-dev   reads gate.toml
libcli11-dev          reads the command line
libexpected-dev       results and errors in one value
nlohmann-json3-dev    reads and writes JSON
libyaml-cpp-dev       reads compose files
libsqlite3-dev        keeps what is published and what still has to be
END
        ;;
    test)
        cat <<'END'
catch2                the unit tests are written with it
git-lfs               a test pushes through its hook
strace                a test watches what gate does
openssh-client        signs commits and pushes for the tests
gnupg                 does so in the other way
python3               the servers that tests publish to and let fail are written in it
python3-botocore      those servers compare AWS signatures with the ones that it makes
skopeo                a test lets it read what gate has published
iproute2              tests give a network of their own its addresses
openssl               makes the certificates of those servers
protobuf-compiler     makes the strict reader of in-toto statements that a test compares with
libprotobuf-dev       has what that one imports
python3-protobuf      runs it
END
        ;;
    fuzz)
        cat <<'END'
clang                 has libFuzzer
libclang-rt-dev       has its sanitizers
END
        ;;
    engine)
        cat <<'END'
docker.io             the Docker Engine that runs the tests, and its command line
iptables              the Engine's networks are made with it
END
        ;;
    compose)
        cat <<'END'
docker-compose        reads compose files
END
        ;;
    *)
        echo "packages_for: there is no group '$1'" >&2
        return 2
        ;;
    esac
}

# docker.io brings a client at /usr/bin/docker. One in another place (/usr/local/bin) stays as it is beside it; another
# package's at that very place would be replaced.
engine_would_replace_a_client() {
    [ -e /usr/bin/docker ] && ! dpkg-query -S /usr/bin/docker 2>/dev/null | grep -q '^docker\.io:'
}

packages_missing() {
    for group_; do
        packages_for "$group_" | while read -r package_ reason_; do
            [ "$(dpkg-query -W -f '${db:Status-Status}' "$package_" 2>/dev/null)" = installed ] ||
                printf '%-21s %s\n' "$package_" "$reason_"
        done
    done
}

packages_install() {
    missing_=$(packages_missing "$@")
    [ -n "$missing_" ] || return 0

    if ! command -v apt-get >/dev/null 2>&1; then
        echo "These packages are missing, and there is no apt-get to install them with:" >&2
        echo "$missing_" | sed 's/^/    /' >&2
        return 1
    fi
    root_=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || {
            echo "These packages are missing; installing them takes root, and there is no sudo:" >&2
            echo "$missing_" | sed 's/^/    /' >&2
            return 1
        }
        root_=sudo
    fi

    echo "Installing:"
    echo "$missing_" | sed 's/^/    /'
    names_=$(echo "$missing_" | cut -d ' ' -f 1 | tr '\n' ' ')
    log_=$(mktemp)
    # --no-remove: should a package be at odds with one that is there, apt gives up instead of replacing it.
    # shellcheck disable=SC2086 # a list of words; and nothing, for root
    if $root_ apt-get -q update >"$log_" 2>&1 </dev/null &&
        $root_ env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends --no-remove install $names_ \
            >>"$log_" 2>&1 </dev/null; then
        rm -f "$log_"
        return 0
    fi
    echo "apt-get could not install them. The end of what it said:" >&2
    tail -n 15 "$log_" | sed 's/^/    /' >&2
    rm -f "$log_"
    return 1
}
