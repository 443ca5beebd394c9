#!/bin/sh
# What mends the commits that a rule on messages or signatures refuses mends those too that change no file.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

# The command after "mend", as a person copies it.
mend_as_said() {
    command=$(sed -n 's/^ *mend  *\(git .*\)$/\1/p' "$out")
    [ -n "$command" ] || fail "no command mends it"
    expect_exit 0 sh -c "$command"
}

# What --signoff writes is the committer.
GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
new_repo_with_rules <<'RULES'
commits.sign_off = true
RULES
git commit -q --allow-empty -m "For the build alone"
refused sign-off origin master
mend_as_said
let_through origin master
git commit -q --allow-empty -m "For the build alone"
git commit -q --allow-empty -m "For the build again"
refused sign-off origin master
mend_as_said
let_through origin master
