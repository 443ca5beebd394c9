#!/bin/sh
# files.deny: such a file does not come in, in any folder or only at the top; taking one away, or renaming it to something else, is right.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
files.deny = ["*.pem", "/build/", ".env"]
RULES
commit old.pem old "An old one"
smuggle origin master
commit deep/er/key.pem key "A key"
refused denied-file origin master
expect_text "deep/er/key.pem in "
start_over
commit build/out x "Built"
refused denied-file origin master
start_over
git mv file .env
git commit -q -m "Renamed"
refused denied-file origin master
start_over
commit src/build/out x "Not at the top"
commit .environment x "Not that name"
let_through origin master
git mv old.pem old.txt
git commit -q -m "Another name"
git rm -q old.txt
git commit -q -m "Gone"
let_through origin master
