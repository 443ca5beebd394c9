# shellcheck shell=sh
# For tests whose verdicts travel; to be sourced after lib.sh.
#
# Everybody is NAME@example.com, with a key of their own in $T/keys. "ci" has the role ci, all others have dev.

# A key for NAME, and the line that makes it known, in $T/signers.
new_signer() { # name [further options of the line, e.g. valid-before="20200101Z"]
    mkdir -p "$T/keys"
    ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$T/keys/$1"
    echo "$1@example.com namespaces=\"verdict@gate\"${2:+,$2} $(cut -d ' ' -f 1,2 "$T/keys/$1.pub")" >>"$T/signers"
}

sign_as() { # name: verdicts of this repository's runs, from here on
    git config gpg.format ssh
    git config user.signingKey "$T/keys/$1"
}

# A key as CI has it: $T/keys/NAME.pem, and its line in $T/signers.
new_pem_signer() { # name
    mkdir -p "$T/keys"
    (umask 077 && openssl genpkey -algorithm ed25519 -out "$T/keys/$1.pem")
    openssl pkey -in "$T/keys/$1.pem" -pubout -out "$T/keys/$1.pub.pem"
    # RFC 8709, section 4: the blob is the name and the 32 bytes of the key, each after its length.
    blob_=$({
        printf '\000\000\000\013ssh-ed25519\000\000\000\040'
        openssl pkey -in "$T/keys/$1.pem" -pubout -outform DER | tail -c 32
    } | base64 -w 0)
    echo "$1@example.com namespaces=\"verdict@gate\" ssh-ed25519 $blob_" >>"$T/signers"
}

# The role ci is there once somebody called so has a key.
verdict_table() { # true|false: do verdicts travel by themselves?
    cat <<TABLE

[verdicts]
allowed_signers = ".gate/allowed_signers"
$(! grep -q '^ci@' "$T/signers" || echo 'ci = ["ci@example.com"]')
dev = ["*@example.com"]
share = $1
TABLE
}

# new_repo_with_suite, whose policy lets the people in $T/signers vouch.
new_repo_with_verdicts() {
    new_repo_with_suite
    verdict_table true >>gate.toml
    know_signers
}

# The same, and nothing travels by itself.
new_repo_without_sharing() {
    new_repo_with_suite
    verdict_table false >>gate.toml
    know_signers
}

# The signers that there are by now, for everybody.
know_signers() {
    mkdir -p .gate
    cp "$T/signers" .gate/allowed_signers
    git add -A
    git commit -q -m "Who may vouch"
    smuggle origin HEAD
}

# A clone of somebody else's, $T/NAME, with gate; the test stands in it afterwards.
clone_of() { # name
    git clone -q "$T/remote.git" "$T/$1"
    cd "$T/$1" || exit 1
    git config advice.detachedHead false
    git config user.email "$1@example.com"
    gate install >/dev/null
    trusted
    [ ! -f "$T/keys/$1" ] || sign_as "$1"
}

verdict_refs() { # -> names, of the remote
    git --git-dir "$T/remote.git" for-each-ref --format '%(refname)' refs/notes/gate/
}

# Lines that are noted anywhere under a signer's ref of the remote, one file each: $T/noted/TREE-N.
noted() {
    rm -rf "$T/noted"
    mkdir -p "$T/noted"
    for ref_ in $(verdict_refs); do
        git --git-dir "$T/remote.git" notes --ref "$ref_" list | while read -r blob_ tree_; do
            number_=0
            git --git-dir "$T/remote.git" cat-file blob "$blob_" | while IFS= read -r line_; do
                [ -n "$line_" ] || continue
                number_=$((number_ + 1))
                printf '%s\n' "$line_" >"$T/noted/$tree_-${ref_##*/}-$number_"
            done
        done
    done
}

# Under the ref of the key, on the remote, the file's lines as the note of the tree. As somebody would who can push.
plant_note() { # id tree file
    git --git-dir "$T/remote.git" -c core.notesRef="refs/notes/gate/$1" notes add -f -F "$3" "$2" 2>/dev/null ||
        fail "the note could not be planted"
}

id_of_key() { # public key file -> what follows refs/notes/gate/
    cut -d ' ' -f 2 "$1" | base64 -d | sha256sum | cut -c 1-16
}
