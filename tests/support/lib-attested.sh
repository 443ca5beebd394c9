# shellcheck shell=sh
# For tests of what is attached to an image; to be sourced after lib-registry.sh and lib-verdicts.sh.

# new_repo_with_publishing, whose policy lets the people in $T/signers vouch. The test stands on development.
new_attested_repo() { # lines of [publish.api], instead of those there
    [ $# -gt 0 ] || set -- 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]'
    new_repo_with_publishing "$@"
    git switch -q master
    verdict_table false >>gate.toml
    know_signers
    for branch_ in staging development; do
        git switch -q "$branch_"
        git -c core.hooksPath=/dev/null merge -q --ff-only master
        smuggle origin "$branch_"
    done
}

# The documents beside an image of the registry, one a line in $T/attached.
attached() { # repository digest
    # shellcheck disable=SC2154 # of lib.sh and lib-registry.sh
    "$support/registry-attached" "$REGISTRY" "$1" "$2" >"$T/attached" || fail "what is attached can't be read"
}
