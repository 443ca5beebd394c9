#!/bin/sh
# GATE_SKIP lets a rule be broken that the policy lets this person break: it is shown, and written down first.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo_with_policy <<'POLICY'
schema = 1
[[branch]]
match = ["master"]
allow = ["merge"]
bypass = ["committer@example.com"]
[[branch]]
match = ["staging"]
allow = ["merge"]
bypass = ["*"]
POLICY
cd "$T/repo"
log=.git/gate/bypasses.jsonl
commit file two "Two"
expect_exit 1 git push origin master
GATE_SKIP="The site is down" expect_exit 0 git push origin master
expect_text "bypassed: direct-push on refs/heads/master"
expect_text "by committer@example.com: The site is down"
expect_same "master" "$(oid HEAD)" "$(remote_tip master)"
expect_same "lines" 1 "$(wc -l <$log)"
expect_same "mode" 600 "$(stat -c %a $log)"
for text in '"version":1' '"where":"client"' '"who":"committer@example.com"' '"reason":"The site is down"' '"remote":"origin"' \
    '"ref":"refs/heads/master"' "\"old\":\"$(oid HEAD~1)\"" "\"new\":\"$(oid HEAD)\"" '"rule":"direct-push"'; do
    expect_text "$text" $log
done
python3 -c 'import json, sys; [json.loads(line) for line in open(sys.argv[1])]' $log

# Nothing to skip: it says so, and writes nothing.
git switch -q -c feature
commit file three "Three"
GATE_SKIP="To be sure" expect_exit 0 git push origin feature
expect_text "there was nothing to skip"
expect_same "lines" 1 "$(wc -l <$log)"
