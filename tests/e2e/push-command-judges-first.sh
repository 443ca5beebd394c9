#!/bin/sh
# gate push refuses what the hook would refuse, and git never gets to push.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
commit file two "Two"
printf '#!/bin/sh\necho called >>"%s"\n' "$T/called" >"$T/remote.git/hooks-pre-receive"
mkdir -p "$T/remote.git/hooks"
mv "$T/remote.git/hooks-pre-receive" "$T/remote.git/hooks/pre-receive"
chmod +x "$T/remote.git/hooks/pre-receive"
expect_exit 1 gate push origin master
expect_text "direct-push  refs/heads/master"
[ ! -e "$T/called" ] || fail "the push reached the remote"
expect_exit 0 gate push origin HEAD:feature
expect_same "what reached the remote" called "$(cat "$T/called")"
expect_nothing_left
