#!/bin/sh
# A push to a URL instead of a remote's name is judged the same, whether a remote has that URL or not.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
commit file two "Two"
before=$(remote_tip master)
for url in "$T/remote.git" "file://$T/remote.git" "$T/../${T##*/}/remote.git"; do
    expect_exit 1 git push "$url" master
    expect_text direct-push
    expect_no_text "gate: push refused by"
done
expect_same "master on the remote" "$before" "$(remote_tip master)"
expect_exit 0 git push "$T/remote.git" master:feature
