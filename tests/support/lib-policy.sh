# shellcheck shell=sh
# For tests of what a policy demands, file by file and commit by commit; to be sourced after lib.sh.

# new_repo_with_policy, with one block for master, whose other lines come from standard input. Anything else may be pushed there.
new_repo_with_rules() {
    { printf 'schema = 1\n\n[[branch]]\nmatch = ["master"]\n' && cat; } >"$T/policy"
    new_repo_with_policy <"$T/policy"
}

# A push that breaks this rule, says so, and leaves the remote as it is.
refused() { # id arguments of git push...
    id_=$1
    shift
    before_=$(git --git-dir "$T/remote.git" for-each-ref)
    expect_exit 1 git push "$@"
    expect_text "  $id_  refs/"
    expect_same "refs of the remote" "$before_" "$(git --git-dir "$T/remote.git" for-each-ref)"
}

let_through() { # arguments of git push...
    expect_exit 0 git push "$@"
}

# Takes back what is not on the remote's master.
start_over() {
    git reset -q --hard origin/master
}

# A branch of that name with one commit, made from HEAD; HEAD stays where it is.
branch_with() { # branch file content message
    here_=$(git symbolic-ref --short HEAD)
    git switch -q -c "$1"
    shift
    commit "$@"
    git switch -q "$here_"
}

# A key for NAME@example.org, and its line for an allowed_signers file.
new_signer() { # name
    ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$T/$1" </dev/null
    echo "$1@example.org $(cut -d ' ' -f 1,2 "$T/$1.pub")"
}

# From here on, what is signed is signed by NAME. What -S and -s are for.
sign_as() { # name
    git config gpg.format ssh
    git config user.signingKey "$T/$1.pub"
}

# Runs it where /etc/gate/policy.toml is that file, and nothing else is in /etc but who is who.
with_system_policy() { # file command...
    [ -d "$T/etc" ] || {
        mkdir -p "$T/etc/gate"
        cp /etc/passwd /etc/group "$T/etc"
    }
    cp "$1" "$T/etc/gate/policy.toml"
    shift
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare -m sh -ec 'mount --bind "$0" /etc; exec "$@"' "$T/etc" "$@"
}

needs_own_mounts() {
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare -m sh -c 'mkdir "$0/a" && mount --bind "$0/a" /etc' "$T" 2>/dev/null || skip "no mounts of one's own can be made here"
}
