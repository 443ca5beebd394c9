#!/bin/sh
# A bypass is on disk before the server answers: whatever becomes of post-receive, gate audit names it. One whose update never came let nothing in.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_server_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = ["merge"]
bypass = ["*"]
POLICY
cd "$T/repo"
log=$T/remote.git/gate/bypasses.jsonl
hook=$T/remote.git/hooks/post-receive
next=$T/remote.git/hooks/pre-receive.before-gate

# The next hook refuses the push.
printf '#!/bin/sh\nexit 1\n' >"$next"
chmod +x "$next"
commit file two "Two"
before=$(remote_tip master)
expect_exit 1 git push --no-verify -o gate.skip="Please" origin master
expect_same "master" "$before" "$(remote_tip master)"
expect_text '"state":"granted"' "$log"
(cd "$T/remote.git" && expect_exit 0 gate audit && expect_text "granted, and nothing says that it was used" && expect_text "Please" && expect_no_text "bypassed")

# What comes otherwise has no excuse in what was granted for something else.
git reset -q --hard HEAD~1
commit file other "Other"
mv "$T/remote.git/hooks/pre-receive" "$T/kept"
smuggle origin master
mv "$T/kept" "$T/remote.git/hooks/pre-receive"
(cd "$T/remote.git" && expect_exit 1 gate audit && expect_text "1 against a rule" && expect_no_text "by a bypass")

# Nobody is there any more when the refs have moved.
printf '#!/bin/sh\nchmod -x "%s"\n' "$hook" >"$next"
commit file three "Three"
expect_exit 0 git push --no-verify -o gate.skip="The site is down" origin master
expect_same "master" "$(oid HEAD)" "$(remote_tip master)"
expect_no_text '"state":"done"' "$log"
cd "$T/remote.git"
expect_exit 1 gate audit
expect_text "1 against a rule, 1 by a bypass"
expect_text "The site is down"
rm "$next"
chmod +x "$hook"

# Else the update is marked as done, and told once.
cd "$T/repo"
commit file four "Four"
expect_exit 0 git push --no-verify -o gate.skip="Once more" origin master
expect_text '"state":"done"' "$log"
cd "$T/remote.git"
expect_exit 1 gate audit
expect_text "1 against a rule, 2 by a bypass"
expect_same "times that it is told" 1 "$(grep -c "Once more" "$out")"
