#!/bin/sh
# A branch that moves each time is let go after as many tries as were asked for; what passed once on the same tree is not run again.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git clone -q "$T/remote.git" "$T/racer"
gate uninstall >/dev/null
cat >.git/hooks/pre-push <<HOOK
#!/bin/sh
unset \$(git rev-parse --local-env-vars)
git -C "$T/racer" commit -q --allow-empty -m "Sooner"
git -C "$T/racer" push -q origin master
HOOK
chmod +x .git/hooks/pre-push
gate install >/dev/null
git switch -q -c feature
commit file changed "A change"
local_master=$(oid master)
expect_exit 3 gate land feature --tries 2
expect_text "master of origin moved each time"
expect_same "master on the remote" "$(git -C "$T/racer" rev-parse master)" "$(remote_tip master)"
expect_same "moves" 2 "$(git -C "$T/racer" rev-list --count "$local_master..master")"
expect_same "the local master" "$local_master" "$(oid master)"
expect_runs 1
