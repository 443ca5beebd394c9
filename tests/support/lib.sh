# shellcheck shell=sh
# Helpers of the end-to-end tests; to be sourced first by every one of them:
#
#     . "${0%/*}/../support/lib.sh"
#
# tests/run gives the gate under test ($GATE) and a folder of the test's own ($TEST_DIR). Run by hand, a test takes the dev
# build and makes its own folder. The test begins in $T, that folder; what it prints is shown only if it fails.
set -eu

support=$(cd "${0%/*}/../support" && pwd -P)
# shellcheck disable=SC2034 # for those who draw this in, as own_folder_
this_script_=$(cd "${0%/*}" && pwd -P)/${0##*/}
: "${GATE:=${support%/tests/support}/build/dev/bin/gate}"
own_folder_=
if [ -z "${TEST_DIR:-}" ]; then
    # shellcheck disable=SC2034
    own_folder_=yes
    TEST_DIR=$(mktemp -d "${TMPDIR:-/tmp}/gate-test.XXXXXX")
    trap 'rm -rf "$TEST_DIR"' EXIT
fi
T=$(cd "$TEST_DIR" && pwd -P)

# -------------------------------------------------------------------------------------------------------- a hermetic world

# Nothing of the user's or of a CI system's, that says how git, gate or a terminal should behave.
for name_ in $(env | sed -n 's/^\(GIT_[A-Za-z0-9_]*\|GITHUB_[A-Z_]*\|GATE_[A-Z_]*\|XDG_[A-Z_]*\|CI\|NO_COLOR\|CDPATH\)=.*/\1/p'); do
    unset "$name_"
done
DOCKER_CONFIG=${DOCKER_CONFIG:-${HOME:-/}/.docker} # says how to reach the Engine
HOME=$T/home
TMPDIR=$T/tmp
LC_ALL=C TZ=UTC TERM=xterm
PATH=$(dirname "$GATE"):$PATH
GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 GIT_TEMPLATE_DIR=''
GIT_AUTHOR_NAME='A U Thor' GIT_AUTHOR_EMAIL=author@example.com GIT_AUTHOR_DATE='1700000000 +0000'
GIT_COMMITTER_NAME='C O Mitter' GIT_COMMITTER_EMAIL=committer@example.com GIT_COMMITTER_DATE='1700000000 +0000'
EMAIL=author@example.com # who commits here, for whoever asks git without GIT_AUTHOR_EMAIL
export DOCKER_CONFIG HOME TMPDIR LC_ALL TZ TERM PATH GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_NOSYSTEM GIT_TERMINAL_PROMPT
export EMAIL GIT_TEMPLATE_DIR GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE
umask 022
mkdir -p "$HOME" "$TMPDIR"
cd "$T" || exit 1
out=$T/out # what the last expect_exit said

# --------------------------------------------------------------------------------------------------------------- the words

fail() {
    echo "FAILED: $*"
    exit 1
}

skip() { # reason
    echo "$*"
    exit 77
}

# Runs it with both outputs into $out, and shows them.
expect_exit() { # code command...
    expected_=$1
    shift
    status_=0
    "$@" >"$out" 2>&1 || status_=$?
    echo "\$ $*"
    cat "$out"
    [ "$status_" -eq "$expected_" ] || fail "ended with $status_, not with $expected_: $*"
}

expect_text() { # text [file]
    grep -qF -e "$1" "${2:-$out}" || fail "\"$1\" is not in ${2:-what it said}"
}

expect_no_text() { # text [file]
    ! grep -qF -e "$1" "${2:-$out}" || fail "\"$1\" is in ${2:-what it said}"
}

expect_same() { # what wanted got
    [ "$2" = "$3" ] || fail "$1: wanted \"$2\", got \"$3\""
}

# Bytes that could drive a terminal: there are none where no terminal is.
expect_plain() { # file
    ! LC_ALL=C grep -q "[$(printf '\001-\010\013-\037\177')]" "$1" || fail "there are control bytes in $1"
}

# ------------------------------------------------------------------------------------------------------------ repositories

# A policy that needs no container: master takes merges only, staging what development has.
default_policy() {
    cat <<'POLICY'
schema = 1
requires = ">=0.1"

[[branch]]
match = ["master"]
allow = ["merge"]

[[branch]]
match = ["staging"]
allow = ["merge", "fast-forward"]
from = ["development"]
POLICY
}

new_remote() { # path
    git init -q --bare --initial-branch=master "$1"
}

# A repository in $T/repo with one commit, and an empty remote: neither policy nor hooks. The test then stands in it.
plain_repo() {
    new_remote "$T/remote.git"
    git init -q --initial-branch=master "$T/repo"
    cd "$T/repo" || exit 1
    git config advice.detachedHead false
    echo "a file" >file
    git add file
    git commit -q -m "The beginning"
    git remote add origin "$T/remote.git"
}

# The same with a gate.toml that is on the remote's master as well, and with gate's hooks.
new_repo() {
    default_policy | new_repo_with_policy
    cd "$T/repo" || exit 1
}

new_repo_with_policy() { # from standard input
    plain_repo
    cat >gate.toml
    git add gate.toml
    git commit -q -m "A policy"
    git push -q -u origin master
    git remote set-head origin master
    gate install >/dev/null
}

commit() { # file content message
    case $1 in */*) mkdir -p "${1%/*}" ;; esac
    printf '%s\n' "$2" >"$1"
    git add -- "$1"
    git commit -q -m "$3"
}

# Onto the remote without a word of gate's: the state of the world before the test.
smuggle() { # arguments of git push
    git push -q --no-verify "$@"
}

remote_tip() { # ref-name -> oid, or "none"
    case $1 in refs/*) ref_=$1 ;; *) ref_=refs/heads/$1 ;; esac
    git --git-dir "${2:-$T/remote.git}" rev-parse --verify --quiet "$ref_" || echo none
}

oid() { # rev
    git rev-parse --verify "$1"
}

# A gate that a test may remove, with its hooks to match.
own_gate() { # folder
    mkdir -p "$1/bin"
    cp "$GATE" "$1/bin/gate"
    full_=${GATE%/bin/gate}/libexec/gate
    [ ! -d "$full_" ] || { mkdir -p "$1/libexec" && cp -R "$full_" "$1/libexec/gate"; }
}

# shellcheck disable=SC2034 # for the tests
zeros=0000000000000000000000000000000000000000

# The pre-push hook as git would call it; its own exit code, which git push does not pass on. A line for each argument.
judge() { # code lines...
    code_=$1
    shift
    printf '%s\n' "$@" >"$T/lines"
    [ $# -gt 0 ] || : >"$T/lines"
    judge_file "$code_" "$T/lines"
}

judge_file() { # code file
    # shellcheck disable=SC2016 # expanded by the inner shell
    expect_exit "$1" sh -c 'exec "$1" hook pre-push "$(git rev-parse --git-path hooks)/pre-push" origin "$2" <"$3"' sh \
        "$GATE" "$(git remote get-url origin)" "$2"
}

# ------------------------------------------------------------------------------------------------------------------ suites

# Appends a suite whose image is busybox and the tree, so that it costs little: by default it passes while the file
# `verdict` holds "good", and says what it holds.
add_suite() { # [name] [command...]
    suite_=${1:-tests}
    [ $# -eq 0 ] || shift
    [ $# -gt 0 ] || set -- sh -c 'cat verdict; grep -q good verdict'
    words_=
    for word_; do words_="$words_, '$word_'"; done
    [ -f Dockerfile ] || printf 'FROM gate-demo/busybox:1\nWORKDIR /tree\nCOPY . .\n' >Dockerfile
    printf '\n[suite.%s]\nbuild = "."\nrun = [%s]\ntimeout = "60s"\n' "$suite_" "${words_#, }" >>gate.toml
}

# new_repo, with a suite that passes while `verdict` holds "good". Every branch has to pass it.
new_repo_with_suite() {
    new_repo
    add_suite
    printf 'good\n' >verdict
    git add -A
    git commit -q -m "A suite"
    smuggle origin master
}

gate_folder() { # of the repository here
    echo "$(cd "$(git rev-parse --git-common-dir)" && pwd -P)/gate"
}

runs_of() { # [suite] -> how often it really ran here: each run leaves a log, and building alone says something
    find "$(gate_folder)/logs" -name "*-${1:-tests}.log" -size +0 2>/dev/null | wc -l
}

expect_runs() { # number [suite]
    expect_same "runs of suite ${2:-tests}" "$1" "$(runs_of "${2:-tests}")"
}

expect_nothing_left() { # no private checkout stays, whatever the end was
    left_=$(find "$(gate_folder)/tmp" -mindepth 1 2>/dev/null | head -n 3)
    [ -z "$left_" ] || fail "left in the scratch folder: $left_"
}

# Agrees to what this repository's HEAD would run and publish, as gate install and one's own commits do. For repositories that
# begin without hooks, and for what somebody else has committed.
trusted() { # [rev]
    gate trust "$@" >/dev/null
}

# Somebody else, in a clone without gate, changes a file on the branch that HEAD is on, and pushes that.
colleague_commits() { # file content message
    branch_here_=$(git symbolic-ref --short HEAD)
    [ -d "$T/colleague" ] || git clone -q "$T/remote.git" "$T/colleague"
    (
        cd "$T/colleague"
        GIT_AUTHOR_EMAIL=colleague@example.com GIT_COMMITTER_EMAIL=colleague@example.com
        export GIT_AUTHOR_EMAIL GIT_COMMITTER_EMAIL
        git fetch -q origin
        git switch -q -C "$branch_here_" "origin/$branch_here_"
        commit "$@"
        git push -q origin "$branch_here_"
    )
}

# No suite can be run from here on: what still passes has run nothing.
no_engine() {
    DOCKER_HOST=unix:///nowhere
    export DOCKER_HOST
}
