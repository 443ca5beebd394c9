#!/bin/sh
# A server that has only the small gate can not look at signatures: it says so and refuses, and takes what needs none.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "$support/lib-server.sh"
# shellcheck source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

[ -d "${GATE%/bin/gate}/libexec/gate" ] || skip "this gate is one program"
new_signer alice
new_repo_with_verdicts
own_gate "$T/own"
(cd "$T/remote.git" && PATH=$T/own/bin:$PATH gate install --server) >/dev/null
rm -r "$T/own/libexec"
git switch -q -c feature
commit file changed "A change"
expect_exit 0 git push -q --no-verify origin feature
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
expect_exit 1 git push --no-verify origin master
expect_text "this push needs verdicts, and this server can't check them"
expect_text "reinstall gate"
