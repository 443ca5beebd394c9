#!/bin/sh
# The hook's own exit codes: 0, 1, 2 and 3; what is malformed is refused.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_server
git switch -q -c feature
commit file two "Two"
git push -q --no-verify origin feature
tip=$(oid HEAD)
receive 0 pre-receive "$tip $(oid HEAD~1) refs/heads/feature"
[ ! -s "$out" ] || fail "it said something"
receive 1 pre-receive "$(oid master) $tip refs/heads/master"
commit gate.toml "nonsense" "No policy"
git --git-dir "$T/remote.git" fetch -q "$T/repo" feature
receive 2 pre-receive "$tip $(oid HEAD) refs/heads/feature"
receive 3 pre-receive
expect_text "nothing to judge"
receive 3 pre-receive "malformed"
receive 3 pre-receive "$tip $tip refs/heads/feature " 
receive 3 pre-receive "$tip $tip  refs/heads/feature"
receive 3 pre-receive "$tip $tip refs/heads/a" "$tip $tip refs/heads/a"
receive 3 pre-receive "$zeros 1234567890123456789012345678901234567890 refs/heads/feature"
receive 0 post-receive "malformed"
printf '%s %s refs/heads/feature' "$tip" "$tip" >"$T/cut"
# shellcheck disable=SC2016 # expanded by the inner shell
expect_exit 3 sh -c 'cd "$1" && GIT_DIR=. exec "$2" hook pre-receive hooks/pre-receive <"$3"' sh "$T/remote.git" "$GATE" "$T/cut"
# shellcheck disable=SC2016
expect_exit 3 sh -c 'cd "$1" && GIT_DIR=. exec "$2" hook pre-receive hooks/pre-receive <&-' sh "$T/remote.git" "$GATE"
GIT_NAMESPACE=other receive 3 pre-receive "$zeros $tip refs/heads/x"
expect_text namespace
