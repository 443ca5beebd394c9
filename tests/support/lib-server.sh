# shellcheck shell=sh
# For tests with a repository that receives pushes and judges them; to be sourced after lib.sh.

install_on_server() {
    (cd "$T/remote.git" && gate install --server) >/dev/null
}

# new_repo, whose remote has gate's hooks, too. The client's are still there: push with --no-verify.
new_server() {
    new_repo
    install_on_server
}

new_server_with_policy() { # from standard input
    new_repo_with_policy
    install_on_server
}

# Keys for lead@example.org and dev@example.org, whom the server knows; pushes are signed by the first.
people_who_sign() {
    for who_ in lead dev; do
        ssh-keygen -q -t ed25519 -N '' -C "$who_" -f "$T/$who_"
        echo "$who_@example.org $(cut -d ' ' -f 1,2 "$T/$who_.pub")"
    done >"$T/allowed_signers"
    git --git-dir "$T/remote.git" config receive.certNonceSeed "a seed"
    git --git-dir "$T/remote.git" config gpg.ssh.allowedSignersFile "$T/allowed_signers"
    git config gpg.format ssh
    git config user.signingKey "$T/lead.pub"
}

# The hook as git would call it; its own exit code.
receive() { # code hook lines...
    code_=$1 hook_=$2
    shift 2
    printf '%s\n' "$@" >"$T/lines"
    [ $# -gt 0 ] || : >"$T/lines"
    # shellcheck disable=SC2016 # expanded by the inner shell
    expect_exit "$code_" sh -c 'cd "$1" && GIT_DIR=. exec "$2" hook "$3" "hooks/$3" <"$4"' sh "$T/remote.git" "$GATE" "$hook_" "$T/lines"
}

# Everything that stands in a repository, with its bytes.
picture_of() { # git folder
    (cd "$1" && find . -type f -exec sha1sum {} + | sort && find . -type d | sort)
}
