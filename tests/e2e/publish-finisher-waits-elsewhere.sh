#!/bin/sh
# While a push is under way, the finisher does not keep the work tree; afterwards it finds a remote that is named from there.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
git remote set-url origin ../remote.git
merge_into_staging more
mkdir -p "$T/remote.git/hooks"
printf '%s\n' '#!/bin/sh' "while [ -d '$T' ] && [ ! -e '$T/go' ]; do sleep 0.1; done" >"$T/remote.git/hooks/pre-receive"
chmod +x "$T/remote.git/hooks/pre-receive"
git push -q origin staging >"$T/push.out" 2>&1 &
push=$!
finisher_waits() { # somewhere
    for process in /proc/[0-9]*; do
        if tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -q "hook finisher .*$T/repo/.git"; then
            where=$(readlink "$process/cwd") && [ "$where" = "$T/repo/.git" ] && return 0
        fi
    done
    return 1
}
wait_until 30 finisher_waits || fail "it waits elsewhere"
touch "$T/go"
wait "$push"
moved() {
    [ "$(registry_digest app staging)" = "$(registry_digest app "$commit")" ]
}
wait_until 30 moved || fail "the tag did not move: $(cat "$(gate_folder)"/logs/*finisher.log)"
