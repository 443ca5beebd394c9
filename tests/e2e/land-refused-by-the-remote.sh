#!/bin/sh
# The remote's own refusal ends it, in the remote's words: it is no race, and is not tried again.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
mkdir -p "$T/remote.git/hooks"
printf '#!/bin/sh\necho called >>"%s"\necho "not on a Friday"\nexit 1\n' "$T/called" >"$T/remote.git/hooks/pre-receive"
chmod +x "$T/remote.git/hooks/pre-receive"
before=$(remote_tip master)
git switch -q -c feature
commit file changed "A change"
expect_exit 1 gate land feature
expect_text "not on a Friday"
expect_text "did not take the push"
expect_same "pushes that arrived" 1 "$(wc -l <"$T/called")"
expect_same "master on the remote" "$before" "$(remote_tip master)"
rm "$T/remote.git/hooks/pre-receive"
expect_exit 0 gate land feature
expect_runs 1
