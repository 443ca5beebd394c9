#!/bin/sh
# files.secrets: place and kind are told, never the value; taking a secret away in a later commit of the push does not help.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
files.secrets = true
RULES
# Made here, so that no file of ours holds one.
id=AKIA$(printf '%s' QR7WZ2 M3XK 5TVPLD | tr -d ' ')
printf 'one\ntwo\nid = %s\n' "$id" >settings
git add settings
git commit -q -m "Settings"
refused secret origin master
expect_text "settings:3 in "
expect_no_text "$id"
expect_no_text "$(echo "$id" | cut -c 5-)"
git rm -q settings
git commit -q -m "Nothing to see"
commit two two "Two"
refused secret origin master
expect_text '"Settings"'
expect_no_text "$id"
start_over
git switch -q -c feature
ssh-keygen -q -t ed25519 -N '' -f "$T/key"
cp "$T/key" deploy
git add deploy
git commit -q -m "Deploy"
git rm -q deploy
git commit -q -m "Or not"
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
refused secret origin master
expect_text "deploy:1 in "
expect_no_text "$(sed -n 2p "$T/key")"
git reset -q --hard origin/master
cp "$T/key.pub" deploy.pub
printf 'id = AKIA%s\n' IOSFODNN7EXAMPLE >manual
git add -A
git commit -q -m "A public key, and the one of the manual"
let_through origin master
