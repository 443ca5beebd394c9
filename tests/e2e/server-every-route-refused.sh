#!/bin/sh
# What passes the hook of the one who pushes is refused by the server, whichever way it comes.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_server
commit file two "Two"
before=$(remote_tip master)
refused() { # command...
    status=0
    "$@" >"$out" 2>&1 || status=$?
    cat "$out"
    [ "$status" -ne 0 ] || fail "it went through: $*"
    expect_text direct-push
    expect_same "master on the remote" "$before" "$(remote_tip master)"
}
refused git push --no-verify origin master
refused git -c core.hooksPath=/dev/null push origin master
refused env GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/dev/null git push origin master
refused git send-pack "$T/remote.git" master
refused git send-pack --force --atomic "$T/remote.git" HEAD:refs/heads/master
chmod -x .git/hooks/pre-push
refused git push origin master
rm .git/hooks/pre-push
refused git push origin master
refused git push "file://$T/remote.git" HEAD:master
refused env GATE_SKIP="not here" git push origin master

# Another client: a clone that never heard of gate.
git clone -q "$T/remote.git" "$T/clone"
cd "$T/clone"
commit file three "Three"
refused git push origin master
