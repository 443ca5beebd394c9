#!/bin/sh
# On a server, what is pushed lies in quarantine while it is judged: merges are made again, signatures and files are looked at there, too.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
allowed_signers = "signers"
signed = "merge"
merge_content = "clean-or-resolved"
files.secrets = true
files.deny = ["*.pem"]
commits.subject_max = 20
RULES
new_signer lead >signers
git add signers
git commit -q -m "Signers"
smuggle origin master
(cd "$T/remote.git" && gate install --server) >/dev/null
commit key.pem key "A subject of which there is too much"
refused_there() { # id
    before_=$(remote_tip master)
    expect_exit 1 git push --no-verify origin master
    expect_text "$1  refs/heads/master"
    expect_same "master on the remote" "$before_" "$(remote_tip master)"
}
refused_there denied-file
expect_text "subject-length  refs/heads/master"
start_over
id=AKIA$(printf 'QR7WZ2 M3XK 5TVPLD' | tr -d ' ')
commit settings "id = $id" "Settings"
refused_there secret
expect_no_text "$id"
start_over
sign_as lead
branch_with feature two two "Two"
git merge -q --no-ff -m "Merge feature" feature
refused_there signature
git commit -q --amend --no-edit -S
expect_exit 0 git push --no-verify origin master
branch_with other three three "Three"
git merge -q --no-ff --no-commit other
echo evil >file
git commit -q -a -S -m "Merge other"
refused_there merge-content
expect_no_text "  signature  "
