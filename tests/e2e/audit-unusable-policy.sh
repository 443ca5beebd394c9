#!/bin/sh
# What a policy can't judge is not clean: one before it judges, and where there is none the audit says so and ends with 3.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

contradiction() {
    printf 'schema = 1\n[[branch]]\nmatch = ["master"]\nallow = ["merge"]\n[[branch]]\nmatch = ["master"]\nallow = ["%s"]\n' commit
}
new_repo
contradiction >gate.toml
git commit -q -a -m "Contradiction"
smuggle origin master
commit file two "Two"
smuggle origin master
expect_exit 1 gate audit
expect_text "can't be used"
expect_text "\"Two\""
cd "$T"
rm -r "$T/repo" "$T/remote.git"
contradiction >"$T/policy"
new_remote "$T/remote.git"
git clone -q "$T/remote.git" "$T/repo" 2>/dev/null
cd "$T/repo"
cp "$T/policy" gate.toml
git add gate.toml
git commit -q -m "Contradiction"
git push -q --no-verify origin HEAD:refs/heads/master
commit file two "Two"
git push -q --no-verify origin HEAD:refs/heads/master
expect_exit 3 gate audit
expect_text "1 that no policy could judge"
expect_no_text "nothing to audit"
expect_exit 3 gate audit --format json
expect_text '"clean": false'
