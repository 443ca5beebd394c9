#!/bin/sh
# A gate.toml that is a symlink or a folder is no policy, and nothing is let through because of it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
rm gate.toml
ln -s /etc/hostname gate.toml
git add gate.toml
git commit -q -m "A symlink"
expect_exit 1 git push origin feature
expect_text gate.toml
rm gate.toml
mkdir gate.toml
git rm -q --cached gate.toml
commit gate.toml/file x "A folder"
expect_exit 1 git push origin feature
expect_text gate.toml
expect_same "feature on the remote" none "$(remote_tip feature)"
