#!/bin/sh
# Modes and symlinks arrive as the tree has them, whatever the umask of the user is.
# shellcheck disable=SC2016 # the shell in the container expands it
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
add_suite tests sh -c 'set -e; test -x run; test ! -x verdict; [ "$(readlink link)" = ../outside ]; [ "$(stat -c %a verdict run folder | tr "\n" " ")" = "644 755 755 " ]'
mkdir folder
echo x >folder/file
echo good >verdict
echo 'true' >run
chmod +x run
ln -s ../outside link
git add -A
git commit -q -m "A suite"
smuggle origin master
umask 077
expect_exit 0 git push origin HEAD:feature
