#!/bin/sh
# Where the hook that writes a bypass down is gone, or is not run, the server grants none.
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
hook=$T/remote.git/hooks/post-receive
commit file two "Two"
cp "$hook" "$T/kept"
refused_for_want_of_a_record() {
    before=$(remote_tip refs/heads/master)
    expect_exit 1 git push --no-verify -o gate.skip=Please origin master
    expect_text "gate install --server"
    expect_same "tip" "$before" "$(remote_tip refs/heads/master)"
}
rm "$hook"
refused_for_want_of_a_record
printf '#!/bin/sh\n' >"$hook"
chmod +x "$hook"
refused_for_want_of_a_record
cp "$T/kept" "$hook"
chmod -x "$hook"
refused_for_want_of_a_record
# What breaks no rule needs no record.
expect_exit 0 git push --no-verify -o gate.skip=Please origin master:refs/heads/feature
chmod +x "$hook"
expect_exit 0 git push --no-verify -o gate.skip=Please origin master
expect_same "lines, granted and done" 2 "$(wc -l <"$T/remote.git/gate/bypasses.jsonl")"
