#!/bin/sh
# A remote that wants a password can not ask for it: gate says at once, in the words of git, why the remote does not answer.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
merge_into_staging more
on_terminal() { # variables...
    began=$(date +%s)
    expect_exit 3 env -u GIT_TERMINAL_PROMPT "$@" timeout 90 script -qec "gate publish" /dev/null
    [ $(($(date +%s) - began)) -lt 30 ] || fail "it hung"
}
start_fake host registry --upstream 127.0.0.1:1
faults host 'GET . 401'
git remote set-url origin "http://$address/r.git"
on_terminal GIT_ASKPASS=
expect_text "could not read Username for 'http://$address': terminal prompts disabled"
printf '%s\n' '#!/bin/sh' "touch $T/asked" 'sleep 100' >"$T/askpass"
# What stands for ssh asks for the passphrase of a key, wherever it can.
# shellcheck disable=SC2016 # of the script
printf '%s\n' '#!/bin/sh' 'echo "Warning: Permanently added the host." >&2' '{ read -r phrase </dev/tty; } 2>/dev/null' \
    '[ "${SSH_ASKPASS_REQUIRE:-}" = never ] || "$SSH_ASKPASS"' 'echo "git@host: Permission denied (publickey)." >&2' 'exit 255' >"$T/ssh"
chmod +x "$T/askpass" "$T/ssh"
on_terminal GIT_ASKPASS="$T/askpass"
git remote set-url origin git@host.invalid:r.git
on_terminal GIT_SSH_COMMAND="$T/ssh" SSH_ASKPASS="$T/askpass" DISPLAY=:0
expect_text "could not be asked: git@host: Permission denied (publickey)."
git config core.sshCommand "$T/ssh"
on_terminal SSH_ASKPASS="$T/askpass" DISPLAY=:0
expect_text "could not be asked: git@host: Permission denied (publickey)."
[ ! -e "$T/asked" ] || fail "a program was started that asks"
expect_pending "Permission denied"
