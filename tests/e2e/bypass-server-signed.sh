#!/bin/sh
# On the server a signed push says who asks; post-receive writes it down, where nobody who pushes can change it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_server_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = ["merge"]
bypass = ["lead@example.org"]
commits.subject_max = 20
POLICY
cd "$T/repo"
people_who_sign
log=$T/remote.git/gate/bypasses.jsonl
commit file two "A subject of more than twenty characters"
before=$(remote_tip master)

expect_exit 1 git push --no-verify -o "gate.skip=The site is down" origin master
expect_text "only lead@example.org may skip this rule, and who pushes is not known"
expect_text "git push --signed -o gate.skip=REASON"
expect_exit 1 git -c user.signingKey="$T/dev.pub" push --no-verify --signed -o "gate.skip=The site is down" origin master
expect_text "not dev@example.org"
ssh-keygen -q -t ed25519 -N '' -f "$T/stranger"
expect_exit 1 git -c user.signingKey="$T/stranger.pub" push --no-verify --signed -o "gate.skip=The site is down" origin master
expect_exit 1 git push --no-verify --signed origin master
expect_same "master" "$before" "$(remote_tip master)"
[ ! -e "$log" ] || fail "something was written down"

expect_exit 0 git push --no-verify --signed -o "gate.skip=The site is down" origin master
expect_text "bypassed: direct-push on refs/heads/master"
expect_text "by lead@example.org: The site is down"
expect_same "master" "$(oid HEAD)" "$(remote_tip master)"
expect_same "lines, granted and done" 2 "$(wc -l <"$log")"
for text in '"where":"server"' '"who":"lead@example.org"' '"reason":"The site is down"' '"rule":"direct-push"' '"rule":"subject-length"' "\"new\":\"$(oid HEAD)\""; do
    expect_text "$text" "$log"
done

cd "$T/remote.git"
expect_exit 0 gate audit
expect_text "bypassed direct-push"
expect_text "The site is down"
