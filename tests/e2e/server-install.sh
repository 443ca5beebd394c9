#!/bin/sh
# gate install --server wires the hooks of a receiving repository; twice changes nothing, and it says what it can't do.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo
cd "$T/remote.git"
expect_exit 0 gate install --server
expect_text "pre-receive is wired"
expect_text "post-receive is wired"
expect_text "receive.advertisePushOptions is set to true"
expect_text "suites are not run here"
expect_text "git config receive.certNonceSeed"
expect_text "git config gpg.ssh.allowedSignersFile"
expect_plain "$out"
expect_same "push options" true "$(git config receive.advertisePushOptions)"
[ ! -e hooks/pre-push ] || fail "a hook of those who push was written"
picture_of . >"$T/before"
expect_exit 0 gate install --server
expect_text "the hooks are in place already"
picture_of . >"$T/after"
cmp "$T/before" "$T/after"

git config receive.advertisePushOptions false
expect_exit 0 gate install --server
expect_text "receive.advertisePushOptions is false here and stays so"
expect_same "push options" false "$(git config receive.advertisePushOptions)"
