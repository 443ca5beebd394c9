#!/bin/sh
# In a submodule the rules are those of its own repository; the one around it has its own.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
files.deny = ["*.pem"]
RULES
new_remote "$T/super.git"
git init -q --initial-branch=master "$T/super"
cd "$T/super"
git remote add origin "$T/super.git"
git -c protocol.file.allow=always submodule --quiet add "$T/remote.git" part
printf 'schema = 1\n[[branch]]\nmatch = ["master"]\nfiles.deny = ["/part", "*.key"]\n' >gate.toml
git add gate.toml
git commit -q -m "A part"
gate install
git push -q --no-verify origin master
git fetch -q
cd part
gate install
commit a.pem a "A"
refused denied-file origin HEAD:master
git reset -q --hard origin/master
commit a.key a "A"
let_through origin HEAD:master
cd ..
git commit -q -a -m "A newer part"
expect_exit 1 git push origin master
expect_text "  denied-file  refs/heads/master"
expect_text "part in "
commit b.pem b "B"
let_through origin HEAD:refs/heads/other
