#!/bin/sh
# gate uninstall takes the server's hooks away, and brings back what was there.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo
cd "$T/remote.git"
mkdir -p hooks
printf '#!/bin/sh\ncat >/dev/null\n' >hooks/pre-receive
chmod +x hooks/pre-receive
cp hooks/pre-receive "$T/kept"
gate install --server >/dev/null
cmp hooks/pre-receive.before-gate "$T/kept"
expect_exit 0 gate uninstall
expect_text "pre-receive is what it was before gate"
expect_text "post-receive is taken away"
expect_text "git config --unset receive.advertisePushOptions"
cmp hooks/pre-receive "$T/kept"
expect_same "hooks" pre-receive "$(ls hooks)"
cd "$T/repo"
commit file two "Two"
expect_exit 0 git push -q --no-verify origin master
