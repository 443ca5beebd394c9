#!/bin/sh
# A repository of another user, which git uses because of safe.directory, works with gate as well.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

[ "$(id -u)" -eq 0 ] || skip "only root can give files away"
new_repo
unset GIT_CONFIG_GLOBAL
git config --file "$HOME/.gitconfig" safe.directory '*'
chown -R 12345:12345 "$T/repo"
expect_exit 0 gate status
commit file two "Two"
expect_exit 1 git push origin master
expect_text direct-push
expect_exit 0 git push origin HEAD:feature
